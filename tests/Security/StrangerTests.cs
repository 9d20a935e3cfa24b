using System.Diagnostics;
using System.Runtime.Versioning;
using Mnist.Distributed.Coordinator.Clusters;
using Mnist.Distributed.Hosting.Access;
using Mnist.Distributed.Hosting.Identity;
using Mnist.Distributed.Hosting.Links;
using Mnist.Distributed.Hosting.Stores;
using Mnist.Distributed.Tests.Hosting.Identity;
using Mnist.Distributed.Tests.Processes;
using Mnist.Distributed.Tests.Training.Files;
using Xunit;

namespace Mnist.Distributed.Tests.Security;

/// <summary>
/// Another user of the machine finds no port of a local cluster, cannot enter its folder, cannot
/// connect to its sockets, and is not let in where a cluster has ports. Runs go on meanwhile.
/// </summary>
[UnsupportedOSPlatform("windows")]
public sealed class StrangerTests(SmallMnist data) : IAsyncDisposable
{
    private const string Cluster = "local";

    /// <summary>The user "nobody".</summary>
    private const int Stranger = 65534;

    /// <summary>Connects to sockets, and prints for each the error's number, or 0.</summary>
    private const string ConnectToAll =
        "for my $path (@ARGV) { socket(my $s, PF_UNIX, SOCK_STREAM, 0) or die; my $ok = connect($s, pack_sockaddr_un($path)); print(($ok ? 0 : $! + 0), qq(\\n)); }";

    /// <summary>What it prints for a success, and for EACCES of Linux.</summary>
    private const string Connected = "0", Denied = "13";

    /// <summary>The first byte of an alert of TLS.</summary>
    private const byte TlsAlert = 21;

    private readonly UserHome _home = new();
    private readonly TemporaryFolder _strangers = new();
    private IdentityWatch? _identity;
    private bool _isUp;

    private static string Program => Path.Combine(AppContext.BaseDirectory, "mnist.dll");

    private string Folder => Path.Combine(_home["state"], "mnist-distributed", "clusters", Cluster);

    private SqliteStore Store => new(Path.Combine(Folder, "cluster.db"));

    [Fact]
    public async Task Local_cluster_listens_on_no_port()
    {
        SkipUnlessLinux();
        await _home.Up(Cluster, 2);

        Assert.All(await Silos(), silo => Assert.Empty(TcpListeners.Of(silo)));
        var trained = (await _home.Mnist("train", "--cluster", Cluster, "--data", data.Path, "--epochs", "2", "--json", "--out", "a")).Succeeds();
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

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Another_user_reaches_nothing_of_a_cluster_and_its_run_keeps_its_bytes(bool usesTls)
    {
        await SkipUnlessThereIsAnotherUser();
        var own = await OwnIdentity();
        await using var cluster = await Up(usesTls);
        var silos = await Silos();
        var run = new RunUnderWay(data, cluster.Grains);
        await run.Start();

        // Even if the folders above were open to all, the cluster's own is not.
        foreach (var above in (string[])[_home[""], _home["state"], Path.Combine(_home["state"], "mnist-distributed"), Path.Combine(_home["state"], "mnist-distributed", "clusters")])
        {
            File.SetUnixFileMode(above, (UnixFileMode)0b111_101_101);
        }

        Assert.NotEqual(0, (await AsStranger("ls", Folder)).ExitCode);
        foreach (var file in (string[])["cluster.db", "silo-1.log", Path.Combine("identity", "tls.key"), Path.Combine("authority", "ca.key")])
        {
            Assert.True(File.Exists(Path.Combine(Folder, file)));
            Assert.NotEqual(0, (await AsStranger("cat", Path.Combine(Folder, file))).ExitCode);
        }

        await CannotConnectToSockets(silos, usesTls ? 0 : 4);
        await CommandsAreRefused(["--store", $"sqlite:{Path.Combine(Folder, "cluster.db")}"], "cluster.db");
        int[] ports = [.. silos.SelectMany(TcpListeners.Of)];
        Assert.Equal(usesTls ? 4 : 0, ports.Length);
        if (usesTls)
        {
            await CommandsAreRefused(["--gateways", string.Join(',', ports.Select(port => $"127.0.0.1:{port}")), "--identity", own], "is of no authority of this cluster");
        }

        await run.EndsLikeThePlainTrainer();
        Assert.Equal(silos, await Silos());
    }

    /// <summary>
    /// Over TCP, the user makes no difference, so this process is the stranger. It sends what a
    /// client that may come in would send.
    /// </summary>
    [Fact]
    public async Task Without_a_certificate_of_the_cluster_no_method_is_called_over_any_port()
    {
        SkipUnlessLinux();
        await using var cluster = await Up(usesTls: true);
        var silos = await Silos();
        int[] ports = [.. silos.SelectMany(TcpListeners.Of)];
        Assert.Equal(4, ports.Length);
        var run = new RunUnderWay(data, cluster.Grains);
        await run.Start();

        using var authority = ClusterAuthority.Open(Path.Combine(Folder, "authority"));
        authority.Issue("lee", ClusterRole.Observer, TimeSpan.FromDays(1), _home["lee"]).Dispose();
        using var lee = new IdentityWatch(_home["lee"]);
        var calls = await RecordedCalls.Of(Cluster, Store, new TlsLink(lee), RunUnderWay.Id, _home.Guard);
        Assert.Equal(HostileClient.Methods.Count(), calls.Count);

        using var others = new Identities(Cluster);
        var foreign = others.Issue("silo-1", ClusterRole.Silo).Current;
        await Intruder.All(
            ports.SelectMany(port => calls.Values.Select(bytes => (Port: port, Bytes: bytes))),
            async attempt =>
            {
                Assert.True(await Intruder.Plain(attempt.Port, attempt.Bytes, _home.Guard) is [] or [TlsAlert, ..]);
                IsTurnedAway("its certificate is missing", await Intruder.Tls(attempt.Port, null, attempt.Bytes, _home.Guard));
                IsTurnedAway("its certificate is of no authority of this cluster", await Intruder.Tls(attempt.Port, foreign, attempt.Bytes, _home.Guard));
            },
            _home.Guard);

        // With lee's certificate, the same bytes are answered at the two ports for clients.
        var describe = calls[new Call("mnist.ITrainingRunGrain", "Describe")];
        var answers = await Task.WhenAll(ports.Select(port => Intruder.Tls(port, lee.Current, describe, _home.Guard)));
        Assert.Equal(2, answers.Count(answer => answer is ("", [_, ..])));

        await run.EndsLikeThePlainTrainer();
        Assert.Equal(silos, await Silos());
    }

    public async ValueTask DisposeAsync()
    {
        if (_isUp)
        {
            await _home.Mnist("cluster", "down", "--name", Cluster);
        }

        await _home.DisposeAsync();
        _identity?.Dispose();
        _strangers.Dispose();
    }

    private static void SkipUnlessLinux() => Assert.SkipUnless(OperatingSystem.IsLinux(), "Which ports a process has is read from /proc, which only Linux has.");

    private static string Sha256(Finished run) => run.Json.Last(line => line.TryGetProperty("weights_sha256", out _)).GetProperty("weights_sha256").GetString()!;

    private static void IsTurnedAway(string verdict, (string Verdict, byte[] Answer) said)
    {
        Assert.Equal(verdict, said.Verdict);
        Assert.Empty(said.Answer);
    }

    private async Task SkipUnlessThereIsAnotherUser()
    {
        SkipUnlessLinux();
        Assert.SkipUnless(Environment.UserName == "root", "Only root can act as another user.");
        Assert.SkipUnless(File.Exists("/usr/bin/setpriv"), "There is no setpriv, with which the test acts as another user.");
        Assert.SkipUnless(File.Exists("/usr/bin/perl"), "There is no perl, with which the other user connects to sockets.");
        File.SetUnixFileMode(_strangers.Path, (UnixFileMode)0b111_111_111);
        Assert.SkipUnless((await AsStranger("test", "-r", Program)).ExitCode == 0, "Other users cannot read the programs of the tests.");
    }

    /// <summary>The other user makes an authority for a cluster of the same name.</summary>
    /// <returns>The folder of an identity of it.</returns>
    private async Task<string> OwnIdentity()
    {
        var identity = _strangers["kim"];
        string[] place = ["--cluster", Cluster, "--authority", _strangers["authority"]];
        foreach (var command in (string[][])[["create"], ["issue", "--for", "kim", "--role", "operator", "--out", identity]])
        {
            var (exit, output) = await AsStranger("dotnet", [Program, "cluster", "identity", .. command, .. place]);
            Assert.True(exit == 0, output);
        }

        return identity;
    }

    /// <summary>Starts a local cluster of two silos, and connects to it as its own user.</summary>
    private async Task<TrainingCluster> Up(bool usesTls)
    {
        _isUp = true;
        (await _home.Mnist(["cluster", "up", "--silos", "2", "--name", Cluster, .. usesTls ? (string[])["--tls"] : []])).Succeeds();
        ClusterLink link = usesTls ? new TlsLink(_identity = new IdentityWatch(Path.Combine(Folder, "identity"))) : new LocalLink(Store.SocketFolder(Cluster));
        return await StoredCluster.Connect(Cluster, Store, link);
    }

    private async Task<IReadOnlyList<int>> Silos() =>
        [.. (await _home.Mnist("cluster", "status", "--json")).Succeeds().Json.Where(silo => silo.GetProperty("state").GetString() == "active").Select(silo => silo.GetProperty("pid").GetInt32())];

    /// <summary>
    /// The system lets the other user connect to no socket of the silos, also not to those of .NET.
    /// It lets their own user connect to those of the cluster.
    /// </summary>
    private async Task CannotConnectToSockets(IReadOnlyList<int> silos, int ofCluster)
    {
        string[] sockets = [.. silos.SelectMany(UnixListeners.Of)];
        string[] inFolder = [.. sockets.Where(socket => socket.StartsWith(Folder, StringComparison.Ordinal))];
        Assert.Equal(ofCluster, inFolder.Length);
        Assert.All(sockets, socket => Assert.StartsWith("/", socket, StringComparison.Ordinal));

        string[] connect = ["-MSocket", "-e", ConnectToAll];
        var (_, denied) = await AsStranger("perl", [.. connect, .. sockets]);
        Assert.Equal(sockets.Select(_ => Denied), denied.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        var (_, connected) = await Run("perl", [.. connect, .. inFolder]);
        Assert.Equal(inFolder.Select(_ => Connected), connected.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    /// <summary>The commands of the other user end with one sentence.</summary>
    private async Task CommandsAreRefused(string[] access, string reason)
    {
        string[][] commands = [["runs", "list"], ["cluster", "status"], ["runs", "stop", RunUnderWay.Id], ["runs", "resume", RunUnderWay.Id]];
        foreach (var (exit, output) in await Task.WhenAll(commands.Select(command => AsStranger("dotnet", [Program, .. command, .. access]))))
        {
            Assert.True(exit == 2 && output.Contains(reason, StringComparison.Ordinal), $"Exit code {exit}\n{output}");
        }
    }

    private Task<(int ExitCode, string Output)> AsStranger(string program, params string[] arguments) =>
        Run("setpriv", [$"--reuid={Stranger}", $"--regid={Stranger}", "--clear-groups", program, .. arguments]);

    private async Task<(int ExitCode, string Output)> Run(string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = _strangers.Path,
        };
        start.Environment["HOME"] = _strangers.Path;
        start.Environment["LC_ALL"] = "C";
        start.Environment.Remove("XDG_STATE_HOME");
        start.Environment.Remove("XDG_CACHE_HOME");
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(_home.Guard), process.StandardError.ReadToEndAsync(_home.Guard));
        await process.WaitForExitAsync(_home.Guard);
        return (process.ExitCode, await output + await error);
    }
}
