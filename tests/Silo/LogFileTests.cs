using Mnist.Distributed.Hosting.Processes;
using Mnist.Distributed.Tests.Processes;
using Xunit;

namespace Mnist.Distributed.Tests.Silo;

/// <summary>The log of a silo of a local cluster is put aside when it is too long.</summary>
public sealed class LogFileTests(SmallMnist data) : IAsyncDisposable
{
    private const string Cluster = "logs";

    private static readonly string TooMuch = new('x', 11_000_000);

    private readonly UserHome _home = new();

    private string Log => _home[$"state/mnist-distributed/clusters/{Cluster}/silo-1.log"];

    private string Older => $"{Log}.1";

    [Theory]
    [InlineData("on")]
    [InlineData("off")]
    public async Task A_silo_that_runs_puts_its_log_aside_and_writes_to_a_new_one(string posix)
    {
        _home.Set(Posix.Switch, posix);
        await _home.Up(Cluster, 1);
        var before = await File.ReadAllTextAsync(Log, _home.Guard);
        await File.AppendAllTextAsync(Log, TooMuch, _home.Guard);
        await Poll.Until(() => File.Exists(Older) && File.Exists(Log), _home.Guard);

        (await _home.Mnist("train", "--data", data.Path, "--epochs", "1", "--cluster", Cluster)).Succeeds();
        (await _home.Mnist("cluster", "down", "--cluster", Cluster)).Succeeds();

        // The silo may write a line meanwhile.
        var older = await File.ReadAllTextAsync(Older, _home.Guard);
        Assert.StartsWith(before, older, StringComparison.Ordinal);
        Assert.InRange(older.AsSpan(before.Length).Count('x'), TooMuch.Length, TooMuch.Length + 1000);
        Assert.InRange(new FileInfo(Log).Length, 1, 1_000_000);
    }

    [Fact]
    public async Task The_last_line_of_a_silo_that_does_not_start_is_quoted_though_its_log_was_put_aside()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Log)!);
        await File.WriteAllTextAsync(Log, TooMuch, _home.Guard);
        _home.Set("Silo__Listen", "192.0.2.1");

        var refused = (await _home.Mnist("cluster", "up", "--cluster", Cluster, "--silos", "1")).IsRefused();

        Assert.Contains("its log says: mnist-silo: the network refuses", refused, StringComparison.Ordinal);
        Assert.Equal(TooMuch.Length, new FileInfo(Older).Length);
    }

    public ValueTask DisposeAsync() => _home.DisposeAsync();
}
