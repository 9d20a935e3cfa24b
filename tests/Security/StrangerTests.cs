using System.Diagnostics;
using System.Runtime.Versioning;
using Mnist.Distributed.Tests.Processes;
using Xunit;

namespace Mnist.Distributed.Tests.Security;

/// <summary>
/// Another user of the machine finds no port of a local cluster, and cannot enter its folder.
/// </summary>
[UnsupportedOSPlatform("windows")]
public sealed class StrangerTests(SmallMnist data) : IAsyncDisposable
{
    /// <summary>The user "nobody".</summary>
    private const int Stranger = 65534;

    private readonly UserHome _home = new();

    [Fact]
    public async Task Local_cluster_listens_on_no_port()
    {
        SkipUnlessLinux();
        await _home.Up("local", 2);

        Assert.All(await Silos(), silo => Assert.Empty(TcpListeners.Of(silo)));
        var trained = (await _home.Mnist("train", "--cluster", "local", "--data", data.Path, "--epochs", "2", "--json", "--out", "a")).Succeeds();
        var alone = (await _home.Mnist("train", "--data", data.Path, "--epochs", "2", "--json", "--out", "b")).Succeeds();
        Assert.Equal(Sha256(alone), Sha256(trained));
        Assert.All(await Silos(), silo => Assert.Empty(TcpListeners.Of(silo)));
    }

    [Fact]
    public async Task Train_listens_on_no_port()
    {
        SkipUnlessLinux();
        using var train = _home.Start("train", "--data", data.Path, "--epochs", "100000", "--json");
        while (await train.StandardOutput.ReadLineAsync(_home.Guard) is { } line && !line.Contains("\"progress\"", StringComparison.Ordinal) && !line.Contains("\"epoch\"", StringComparison.Ordinal))
        {
            Assert.False(train.HasExited);
        }

        Assert.Empty(TcpListeners.Of(train.Id));
        train.Kill();
        await train.WaitForExitAsync(_home.Guard);
    }

    [Fact]
    public async Task Another_user_reaches_nothing_of_a_local_cluster()
    {
        SkipUnlessLinux();
        Assert.SkipUnless(Environment.UserName == "root", "Only root can act as another user.");
        Assert.SkipUnless(File.Exists("/usr/bin/setpriv"), "There is no setpriv, with which the test acts as another user.");
        Assert.SkipUnless((await AsStranger("test", "-r", Path.Combine(_home.Programs, "mnist.dll"))).ExitCode == 0, "Other users cannot read the programs of the tests.");
        await _home.Up("local", 2);
        var folder = Path.Combine(_home["state"], "mnist-distributed", "clusters", "local");

        // Even if the folders above were open to all, the cluster's own is not.
        foreach (var above in (string[])[_home[""], _home["state"], Path.Combine(_home["state"], "mnist-distributed"), Path.Combine(_home["state"], "mnist-distributed", "clusters")])
        {
            File.SetUnixFileMode(above, (UnixFileMode)0b111_101_101);
        }

        Assert.NotEqual(0, (await AsStranger("ls", folder)).ExitCode);
        Assert.NotEqual(0, (await AsStranger("cat", Path.Combine(folder, "cluster.db"))).ExitCode);
        foreach (var arguments in (string[][])[["runs", "list"], ["cluster", "status"], ["runs", "stop", "any"]])
        {
            var (exit, output) = await AsStranger("dotnet", [Path.Combine(_home.Programs, "mnist.dll"), .. arguments, "--store", $"sqlite:{folder}/cluster.db"]);
            Assert.Equal((2, true), (exit, output.Contains("cluster.db", StringComparison.Ordinal)));
        }

        Assert.Equal(2, (await Silos()).Count);
    }

    public ValueTask DisposeAsync() => _home.DisposeAsync();

    private static void SkipUnlessLinux() => Assert.SkipUnless(OperatingSystem.IsLinux(), "Which ports a process has is read from /proc, which only Linux has.");

    private static string Sha256(Finished run) => run.Json.Last(line => line.TryGetProperty("weights_sha256", out _)).GetProperty("weights_sha256").GetString()!;

    private async Task<IReadOnlyList<int>> Silos() =>
        [.. (await _home.Mnist("cluster", "status", "--json")).Succeeds().Json.Where(silo => silo.GetProperty("state").GetString() == "active").Select(silo => silo.GetProperty("pid").GetInt32())];

    private async Task<(int ExitCode, string Output)> AsStranger(string program, params string[] arguments)
    {
        using var home = new Mnist.Distributed.Tests.Training.Files.TemporaryFolder();
        File.SetUnixFileMode(home.Path, (UnixFileMode)0b111_111_111);
        var start = new ProcessStartInfo("setpriv", [$"--reuid={Stranger}", $"--regid={Stranger}", "--clear-groups", program, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = home.Path,
        };
        start.Environment["HOME"] = home.Path;
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(_home.Guard), process.StandardError.ReadToEndAsync(_home.Guard));
        await process.WaitForExitAsync(_home.Guard);
        return (process.ExitCode, await output + await error);
    }
}
