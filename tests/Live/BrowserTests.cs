using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Mnist.Distributed.Tests.Processes;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Mnist.Distributed.Tests.Live;

/// <summary>The live page, as somebody uses it in a browser.</summary>
public sealed class BrowserTests(SmallMnist data) : IAsyncDisposable
{
    /// <summary>The stroke of a 3, in pixels of the drawing area.</summary>
    private static readonly (int X, int Y)[] Three =
        [(80, 70), (120, 50), (170, 55), (190, 85), (165, 120), (130, 135), (170, 145), (200, 180), (180, 220), (130, 235), (85, 215)];

    private readonly UserHome _home = new();

    [Fact]
    public async Task Curves_grow_and_a_killed_silo_turns_red_and_comes_back()
    {
        await using var chromium = await Chromium.Start();
        await _home.Up("seen", 3);
        await using var served = await ServedPage.Start(_home, "--cluster", "seen");
        using var train = _home.Start("train", "--cluster", "seen", "--data", data.Path, "--epochs", "100000", "--out", _home["run"]);
        train.BeginOutputReadLine();
        train.BeginErrorReadLine();
        try
        {
            var page = await chromium.Open(served.Address);
            var errors = new List<string>();
            page.PageError += (_, error) => errors.Add(error);
            var points = await Points(page, 2);
            points = await Points(page, points + 2);

            var silo = page.Locator("#silos li[data-silo='silo-2']");
            await Expect(silo).ToHaveAttributeAsync("data-state", "active");
            var faults = page.Locator("#faults tbody tr");
            var known = await faults.CountAsync();
            await silo.GetByRole(AriaRole.Button, new() { Name = "Kill silo-2" }).ClickAsync();
            await Expect(silo).ToHaveAttributeAsync("data-state", "gone");
            await Expect(silo).ToHaveCSSAsync("border-left-color", "rgb(179, 38, 30)");

            // If the parameter server was on this silo, the new fault names the silo that took over.
            await Expect(faults.Nth(known)).ToContainTextAsync("silo-");
            points = await Points(page, points + 2);
            foreach (var scheme in new[] { ColorScheme.Dark, ColorScheme.Light })
            {
                await page.EmulateMediaAsync(new() { ColorScheme = scheme });
                await KeepsNobodyOut(page);
            }

            await page.GetByRole(AriaRole.Button, new() { Name = "Start the silo that is gone" }).ClickAsync();
            await Expect(silo).ToHaveAttributeAsync("data-state", "active");
            await Expect(silo).ToHaveCSSAsync("border-left-color", "rgb(29, 122, 58)");
            await Points(page, points + 2);
            Assert.Empty(errors);
        }
        finally
        {
            Signals.InterruptIfRunning(train.Id);
            await train.WaitForExitAsync(_home.Guard);
        }
    }

    [Fact]
    public async Task A_drawn_three_is_a_three()
    {
        await using var chromium = await Chromium.Start();
        (await _home.Mnist("train", "--model", "cnn", "--data", data.Path, "--epochs", "10", "--lr", "0.05", "--out", _home["runs/cnn"])).Succeeds();
        await using var served = await ServedPage.Start(_home, "--runs", _home["runs"]);
        var page = await chromium.Open(served.Address);
        await Expect(page.Locator("#run-list tbody tr")).ToHaveCountAsync(1);

        var pad = page.Locator("#pad");
        await pad.ScrollIntoViewIfNeededAsync();
        var place = (await pad.BoundingBoxAsync())!;
        await page.Mouse.MoveAsync(place.X + Three[0].X, place.Y + Three[0].Y);
        await page.Mouse.DownAsync();
        foreach (var (x, y) in Three)
        {
            await page.Mouse.MoveAsync(place.X + x, place.Y + y, new() { Steps = 5 });
        }

        await page.Mouse.UpAsync();
        await Expect(page.Locator("#answer")).ToContainTextAsync("three");
    }

    /// <summary>
    /// axe finds nothing that keeps people out, nothing is wider than the window, and the keyboard
    /// reaches what the mouse reaches.
    /// </summary>
    [Theory]
    [InlineData(ColorScheme.Light, 1280)]
    [InlineData(ColorScheme.Dark, 1280)]
    [InlineData(ColorScheme.Light, 360)]
    [InlineData(ColorScheme.Dark, 360)]
    public async Task Everybody_can_use_the_page(ColorScheme scheme, int width)
    {
        await using var chromium = await Chromium.Start();
        (await _home.Mnist("train", "--data", data.Path, "--epochs", "1", "--out", _home["runs/mlp"])).Succeeds();
        await using var served = await ServedPage.Start(_home, "--runs", _home["runs"]);
        var page = await chromium.Open(served.Address, scheme, width);
        await Points(page, 1);

        await page.Keyboard.PressAsync("Tab");
        await Expect(page.Locator(".skip")).ToBeFocusedAsync();
        await page.Locator("#next-sample").FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("#answer")).ToContainTextAsync("right:");
        await page.Locator("#evaluate").FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("#report-message")).ToContainTextAsync("weights after step");

        // A run that is read from a folder is drawn over seconds, too.
        await page.Locator("#axis input[value='time']").CheckAsync();
        await Points(page, 1);

        Assert.Equal(0, await page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth"));
        await KeepsNobodyOut(page);
    }

    public ValueTask DisposeAsync() => _home.DisposeAsync();

    /// <summary>axe finds nothing on the page that keeps people out.</summary>
    private static async Task KeepsNobodyOut(IPage page)
    {
        var found = await page.RunAxe();
        Assert.Empty(found.Violations.SelectMany(rule => rule.Nodes.Select(node => $"{rule.Id}: {rule.Help}: {node.Html}")));
    }

    /// <summary>Waits until the curve of the loss has so many points; says how many it has.</summary>
    private static async Task<int> Points(IPage page, int least)
    {
        var points = await page.WaitForFunctionAsync("least => { const points = Number(document.getElementById('loss-chart').dataset.points ?? 0); return points >= least && points; }", least);
        return await points.JsonValueAsync<int>();
    }
}
