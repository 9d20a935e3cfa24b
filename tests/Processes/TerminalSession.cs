using System.Diagnostics;
using System.Globalization;
using Xunit;

namespace Mnist.Distributed.Tests.Processes;

/// <summary>A program in a terminal of its own, which tmux provides.</summary>
internal sealed class TerminalSession : IAsyncDisposable
{
    private readonly string _socket;
    private readonly CancellationToken _guard;
    private int _pid;

    private TerminalSession(string socket, CancellationToken guard)
    {
        _socket = socket;
        _guard = guard;
    }

    /// <summary>Whether a program is installed.</summary>
    public static bool Has(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));

    /// <summary>Starts a program in a terminal.</summary>
    /// <param name="folder">A folder for the socket of the terminal; the working folder.</param>
    /// <param name="columns">The width of the terminal.</param>
    /// <param name="command">The command, for a shell.</param>
    /// <param name="guard">Ends every wait with a failure.</param>
    public static async Task<TerminalSession> Start(string folder, int columns, string command, CancellationToken guard)
    {
        Assert.SkipUnless(Has("tmux"), "tmux is not installed.");
        var session = new TerminalSession(Path.Combine(folder, "tmux"), guard);
        await session.Tmux("-f", "/dev/null", "new-session", "-d", "-x", $"{columns}", "-y", "50", "-c", folder, command);
        session._pid = int.Parse(await session.Tmux("display-message", "-p", "#{pane_pid}"), CultureInfo.InvariantCulture);
        return session;
    }

    /// <summary>Types letters.</summary>
    public Task Type(string text) => Tmux("send-keys", "-l", "--", text);

    /// <summary>Presses a key, by its name in tmux.</summary>
    public Task Press(string key) => Tmux("send-keys", key);

    /// <summary>Waits until the screen shows a text, and returns the screen.</summary>
    public async Task<string> Shows(string text) =>
        await Poll.Until(() => Tmux("capture-pane", "-p", "-J"), screen => screen.Contains(text, StringComparison.Ordinal), _guard);

    /// <summary>Ends the program and the terminal.</summary>
    public async ValueTask DisposeAsync()
    {
        await Tmux("kill-server");
        await Poll.Until(() => !Signals.IsRunning(_pid), _guard);
    }

    private async Task<string> Tmux(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("tmux", ["-S", _socket, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync(_guard);
        var output = await process.StandardOutput.ReadToEndAsync(_guard);
        await process.WaitForExitAsync(_guard);
        Assert.True(process.ExitCode == 0, await errors);
        return output;
    }
}
