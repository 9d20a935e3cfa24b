using Mnist.Distributed.Tests.Processes;
using Xunit;

namespace Mnist.Distributed.Tests.Coordinator;

/// <summary><c>--quiet</c> and <c>--verbose</c>.</summary>
public sealed class VerbosityTests(SmallMnist data) : IAsyncDisposable
{
    private readonly UserHome _home = new();

    [Fact]
    public async Task Quiet_leaves_the_results_and_nothing_else()
    {
        string[] train = ["train", "--data", data.Path, "--limit", "60", "--epochs", "2", "--slices", "2"];
        var usual = (await _home.Mnist([.. train, "--out", _home["usual"]])).Succeeds();
        var quiet = (await _home.Mnist([.. train, "--out", _home["quiet"], "--quiet"])).Succeeds();

        Assert.Contains("no effect", usual.Output + usual.Error, StringComparison.Ordinal);
        Assert.Contains("epoch 1", usual.Output, StringComparison.OrdinalIgnoreCase);
        Assert.Empty(quiet.Error);
        Assert.DoesNotContain("no effect", quiet.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("epoch 1/2", quiet.Output, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("status: completed", quiet.Output, StringComparison.Ordinal);
        Assert.Equal(await File.ReadAllBytesAsync(_home["usual/model.safetensors"], _home.Guard), await File.ReadAllBytesAsync(_home["quiet/model.safetensors"], _home.Guard));
    }

    [Fact]
    public async Task Quiet_keeps_JSON_lines_and_errors()
    {
        var run = (await _home.Mnist("--quiet", "train", "--data", data.Path, "--limit", "60", "--epochs", "2", "--json")).Succeeds();

        Assert.Equal(["run", "epoch", "epoch", "done"], run.Json.Select(line => line.GetProperty("event").GetString()).Where(kind => kind != "progress"));
        Assert.Empty(run.Error);
        Assert.Contains("'cnnn': did you mean cnn?", (await _home.Mnist("train", "--model", "cnnn", "--quiet")).IsRefused(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verbose_says_what_is_decided_and_done_and_for_how_long()
    {
        _home.Set("MNIST_LR", "0.05");
        var run = (await _home.Mnist("train", "--data", data.Path, "--limit", "60", "--epochs", "1", "--verbose", "--json")).Succeeds();

        Assert.All(run.Json, line => Assert.True(line.TryGetProperty("event", out _)));
        Assert.Contains("--lr is set by MNIST_LR", run.Error, StringComparison.Ordinal);
        Assert.Contains($"data: mnist, 1,205 training and 310 test images, {data.Path}", run.Error, StringComparison.Ordinal);
        Assert.Matches(@"mnist: starting a silo in this process: \d+\.\d\d s\n", run.Error);
        Assert.Matches(@"mnist: log: Information: [\w.]+: ", run.Error);
        Assert.All(run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => Assert.StartsWith("mnist: ", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Both_at_once_are_refused_and_what_is_typed_wins_over_a_default()
    {
        Assert.Contains("contradict", (await _home.Mnist("losses", "--quiet", "--verbose")).IsRefused(), StringComparison.Ordinal);

        _home.Set("MNIST_QUIET", "true");
        Assert.Contains("--quiet is set by MNIST_QUIET", (await _home.Mnist("losses", "--verbose")).Succeeds().Error, StringComparison.Ordinal);
    }

    public ValueTask DisposeAsync() => _home.DisposeAsync();
}
