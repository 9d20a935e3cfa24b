using Microsoft.Playwright;
using Xunit;

namespace Mnist.Distributed.Tests.Live;

/// <summary>The Chromium of this machine, without a window, driven by Playwright.</summary>
internal sealed class Chromium : IAsyncDisposable
{
    /// <summary>
    /// How long a test waits for something on a page, in milliseconds. A busy machine may need
    /// minutes for what takes seconds on an idle one.
    /// </summary>
    public const float Patience = 120_000;

    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;

    private Chromium(IPlaywright playwright, IBrowser browser)
    {
        _playwright = playwright;
        _browser = browser;
    }

    /// <summary>Starts it. Without a Chromium the test is skipped.</summary>
    public static async Task<Chromium> Start()
    {
        var executable = Executable();
        Assert.SkipWhen(executable is null, "There is no Chromium on this machine: install chromium.");
        Assertions.SetDefaultExpectTimeout(Patience);
        var playwright = await Playwright.CreateAsync();
        var browser = await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = executable,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        });
        return new Chromium(playwright, browser);
    }

    /// <summary>Opens the live page and waits until it is connected.</summary>
    /// <param name="address">The address.</param>
    /// <param name="scheme">Whether the user prefers light or dark pages.</param>
    /// <param name="width">Width of the window in pixels.</param>
    public async Task<IPage> Open(Uri address, ColorScheme scheme = ColorScheme.Light, int width = 1280)
    {
        var page = await Visit(address, scheme, width);
        await Assertions.Expect(page.Locator("#connection")).ToHaveTextAsync("connected");
        return page;
    }

    /// <summary>Opens an address in a session of its own.</summary>
    /// <param name="address">The address.</param>
    /// <param name="scheme">Whether the user prefers light or dark pages.</param>
    /// <param name="width">Width of the window in pixels.</param>
    public async Task<IPage> Visit(Uri address, ColorScheme scheme = ColorScheme.Light, int width = 1280)
    {
        var session = await _browser.NewContextAsync(new() { ColorScheme = scheme, ViewportSize = new() { Width = width, Height = 900 }, ReducedMotion = ReducedMotion.Reduce });
        session.SetDefaultTimeout(Patience);
        var page = await session.NewPageAsync();
        await page.GotoAsync($"{address}");
        return page;
    }

    /// <summary>
    /// Opens the address of a page again until an element appears on it. Pages of the Aspire
    /// dashboard may lose their connection on a busy machine, and then they wait for a reload.
    /// </summary>
    /// <param name="page">The page.</param>
    /// <param name="address">The address to open.</param>
    /// <param name="element">The element.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public static async Task OpenUntilVisible(IPage page, string address, ILocator element, CancellationToken cancellation)
    {
        do
        {
            cancellation.ThrowIfCancellationRequested();
            await page.GotoAsync(address);
        }
        while (!await Appears(element));
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }

    private static async Task<bool> Appears(ILocator element)
    {
        try
        {
            await element.WaitForAsync(new() { Timeout = 20_000 });
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private static string? Executable() => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .SelectMany(folder => new[] { "chromium", "chromium-browser", "google-chrome" }.Select(name => Path.Combine(folder, name)))
        .FirstOrDefault(File.Exists);
}
