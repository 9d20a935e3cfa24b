using System.Text;
using Mnist.Distributed.Tests.Processes;
using Xunit;

namespace Mnist.Distributed.Tests.Coordinator.Displays;

/// <summary>
/// A terminal, emulated by tmux, in which a command runs. When the command has ended, its exit code
/// is written to the screen. When the terminal becomes narrower, it breaks its lines again.
/// </summary>
internal sealed class TerminalScreen : IAsyncDisposable
{
    private const int Rows = 20;

    private readonly UserHome _home;
    private readonly string _socket;

    private TerminalScreen(UserHome home, string name) => (_home, _socket) = (home, home[name]);

    /// <summary>All that the command has written to the terminal.</summary>
    public string Stream => File.ReadAllText(Path.ChangeExtension(_socket, ".stream"), Encoding.Latin1);

    /// <summary>Opens a terminal and starts <c>mnist</c> in it.</summary>
    /// <param name="home">The user.</param>
    /// <param name="columns">Width of the terminal.</param>
    /// <param name="arguments">The arguments of <c>mnist</c>.</param>
    /// <param name="variable">A variable and its value, as for <c>env</c>.</param>
    /// <param name="redirection">A redirection, as for a shell.</param>
    public static async Task<TerminalScreen> Open(UserHome home, int columns, string[] arguments, string variable = "MNIST_TEST=1", string redirection = "")
    {
        Assert.SkipUnless(
            Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(folder => File.Exists(Path.Combine(folder, "tmux"))), "The screen is that of tmux, which is not installed.");
        var screen = new TerminalScreen(home, $"screen-{Guid.NewGuid():N}");
        await screen.Tmux(
            ["-f", "/dev/null", "new-session", "-d", "-x", $"{columns}", "-y", $"{Rows}",
            "env", variable, "sh", "-c", $"trap : INT; \"$@\" {redirection}; echo exit $?; exec cat", "sh", "dotnet", Path.Combine(home.Programs, "mnist.dll"), .. arguments,
            ";", "pipe-pane", $"cat >'{Path.ChangeExtension(screen._socket, ".stream")}'"]);
        return screen;
    }

    /// <summary>Changes the width of the terminal.</summary>
    public Task Resize(int columns) => Tmux("resize-window", "-x", $"{columns}");

    /// <summary>Presses Ctrl-C.</summary>
    public Task Interrupt() => Tmux("send-keys", "C-c");

    /// <summary>
    /// The lines that the command has written, in the form that the screen and what has scrolled
    /// off it show. A line that the terminal has broken counts as one.
    /// </summary>
    public async Task<string[]> Lines()
    {
        var shown = await Tmux("-u", "capture-pane", "-p", "-J", "-S", "-");
        string[] lines = [.. shown.Split('\n').Select(line => line.TrimEnd())];
        return lines[..(Array.FindLastIndex(lines, line => line.Length > 0) + 1)];
    }

    /// <summary>Waits until the screen is as it is to be.</summary>
    public Task<string[]> Until(Func<string[], bool> isRight) => Poll.Until(Lines, isRight, _home.Guard);

    /// <summary>Waits until the command has ended.</summary>
    /// <returns>The lines without the one of the exit code.</returns>
    public async Task<string[]> End(int code)
    {
        var lines = await Until(lines => lines is [.., var last] && last.StartsWith("exit ", StringComparison.Ordinal));
        Assert.True(lines[^1] == $"exit {code}", string.Join('\n', lines));
        return lines[..^1];
    }

    public async ValueTask DisposeAsync() => await _home.RunTool("tmux", "-S", _socket, "kill-server");

    private async Task<string> Tmux(params string[] arguments) => (await _home.RunTool("tmux", ["-S", _socket, .. arguments])).Succeeds().Output;
}
