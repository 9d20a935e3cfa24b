using System.Diagnostics;
using Mnist.Distributed.Tests.Processes;
using Xunit;

namespace Mnist.Distributed.Tests.Coordinator.Clusters;

/// <summary>
/// Several commands change one local cluster at the same time, and commands are killed in the
/// middle. Afterwards <c>cluster down</c> finds and ends every silo. The oracle is the system's
/// list of processes.
/// </summary>
public sealed class LocalClusterRaceTests : IAsyncDisposable
{
    private const string Name = "race";

    private static readonly string[] Up = ["cluster", "up", "--cluster", Name, "--silos", "2"];
    private static readonly string[] Scale = ["cluster", "scale", "--cluster", Name, "--silos", "3"];
    private static readonly string[] Down = ["cluster", "down", "--cluster", Name];

    private readonly UserHome _home = new();

    [Theory]
    [InlineData("up", "up")]
    [LongData("up", "scale")]
    [InlineData("up", "down")]
    [LongData("scale", "scale")]
    [InlineData("scale", "down")]
    [LongData("down", "down")]
    public async Task Two_commands_at_once_leave_only_silos_that_are_known(string first, string second)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux shows the command lines of processes.");
        if (first != "up")
        {
            (await _home.Mnist(Up)).Succeeds();
        }

        var both = await Task.WhenAll(_home.Mnist(Arguments(first)), _home.Mnist(Arguments(second)));

        Assert.All(both, command => Assert.True(command.ExitCode is 0 or 2, $"{command.ExitCode}\n{command.Error}"));
        Assert.Contains(both, command => command.ExitCode == 0);
        await AllAreKnown();
        await DownLeavesNothing();
    }

    /// <summary>
    /// The moments: the cluster is locked; a silo process exists; a silo has written its pid file;
    /// all silos have.
    /// </summary>
    [Theory]
    [InlineData("up", 0)]
    [LongData("up", 1)]
    [InlineData("up", 2)]
    [LongData("up", 3)]
    [LongData("scale", 1)]
    [InlineData("scale", 2)]
    [LongData("down", 0)]
    [InlineData("down", 4)]
    public async Task A_command_that_is_killed_leaves_nothing_that_down_does_not_end(string command, int moment)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux shows the command lines of processes.");
        if (command != "up")
        {
            (await _home.Mnist(Up)).Succeeds();
        }

        var before = SiloProcesses().Count;
        using var killed = _home.Start(Arguments(command));
        await Until(() => killed.HasExited || moment switch
        {
            0 => Path.Exists(_home[$"state/mnist-distributed/clusters/{Name}/lock"]),
            1 => SiloProcesses().Count > before,
            2 => PidFiles > before,
            3 => PidFiles == 2,
            _ => SiloProcesses().Count < before,
        });
        killed.Kill();
        await killed.WaitForExitAsync(_home.Guard);

        await AllAreKnown();
        await DownLeavesNothing();
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    [InlineData("HUP")]
    public async Task Up_that_is_interrupted_ends_what_it_has_started(string signal)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux shows the command lines of processes.");
        Assert.SkipWhen(signal == "INT" && Signals.IsInterruptIgnored, "A shell that starts the tests in the background makes them, and what they start, ignore SIGINT.");
        using var up = _home.Start(Up);
        await Until(() => SiloProcesses().Count > 0);
        Signals.Send(up.Id, signal);
        await up.WaitForExitAsync(_home.Guard);

        Assert.Equal(130, up.ExitCode);
        Assert.Equal("mnist: interrupted.", (await up.StandardError.ReadToEndAsync(_home.Guard)).Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1]);
        Assert.Empty(SiloProcesses());
        Assert.Equal(2, (await _home.Mnist("cluster", "status", "--cluster", Name)).ExitCode);
    }

    [Theory]
    [InlineData("", "{")]
    [InlineData("\0\0\0\0", "{\"Silo\":null}")]
    public async Task Damaged_pid_files_hide_no_silo(params string[] contents)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux shows the command lines of processes.");
        (await _home.Mnist(Up)).Succeeds();
        var files = Directory.GetFiles(_home[$"state/mnist-distributed/clusters/{Name}"], "*.pid");
        Assert.Equal(contents.Length, files.Length);
        foreach (var (file, content) in files.Zip(contents))
        {
            File.WriteAllText(file, content);
        }

        await AllAreKnown();
        await DownLeavesNothing();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var pid in SiloProcesses())
        {
            await Signals.KillNow(pid);
        }

        await _home.DisposeAsync();
    }

    private static string[] Arguments(string command) => command switch
    {
        "up" => Up,
        "scale" => Scale,
        _ => Down,
    };

    private int PidFiles => Directory.Exists(_home[$"state/mnist-distributed/clusters/{Name}"])
        ? Directory.GetFiles(_home[$"state/mnist-distributed/clusters/{Name}"], "*.pid").Length
        : 0;

    private Task Until(Func<bool> condition) => Poll.Until(condition, _home.Guard, pause: TimeSpan.FromMilliseconds(1));

    /// <summary>
    /// The process ids of the silos that the program lists; none if it does not know the cluster.
    /// </summary>
    private async Task<IReadOnlyList<int>> Known()
    {
        var status = await _home.Mnist("cluster", "status", "--cluster", Name, "--json");
        return status.ExitCode == 2
            ? []
            : [.. status.Succeeds().Json.Where(silo => silo.GetProperty("state").GetString() != "gone").Select(silo => silo.GetProperty("pid").GetInt32()).Order()];
    }

    /// <summary>
    /// Checks that every silo process is one that the program lists. The processes are read after
    /// the list, because a silo that was asked to end may have ended since.
    /// </summary>
    private async Task AllAreKnown()
    {
        var known = await Known();
        Assert.Empty(SiloProcesses().Except(known));
    }

    private async Task DownLeavesNothing()
    {
        (await _home.Mnist(Down)).Succeeds();
        Assert.Empty(SiloProcesses());
        Assert.Equal(0, PidFiles);
    }

    /// <summary>
    /// The processes of the system that have this home's cluster on their command line, without the
    /// commands themselves.
    /// </summary>
    private IReadOnlyList<int> SiloProcesses()
    {
        var store = $"sqlite:{_home["state"]}";
        return [.. Process.GetProcesses().Select(process => process.Id).Where(pid => Signals.IsRunning(pid) && CommandLineOf(pid).Contains(store, StringComparison.Ordinal)).Order()];
    }

    private static string CommandLineOf(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/cmdline");
        }
        catch (IOException)
        {
            return "";
        }
    }
}
