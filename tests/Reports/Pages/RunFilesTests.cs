using Mnist.Distributed.Contracts;
using Mnist.Distributed.Reports.Pages;
using Xunit;

namespace Mnist.Distributed.Tests.Reports.Pages;

public sealed class RunFilesTests : IDisposable
{
    private readonly WrittenRun _run = new();

    [Theory]
    [InlineData("null")]
    [InlineData("\"accuracy\"")]
    [InlineData("{}")]
    [InlineData("""{ "name": null }""")]
    [InlineData("""{ "name": "" }""")]
    [InlineData("""{ "name": 7 }""")]
    [InlineData("""{ "name": "accuracy", "is_share": 1 }""")]
    [InlineData("""{ "name": "accuracy", "name": "accuracy" }""")]
    public void A_run_without_a_metric_is_refused(string metric)
    {
        _run.Is("completed", metric);
        _run.Append("metrics.jsonl", $"{WrittenRun.Epoch(1)}\n");

        var refused = Assert.Throws<InvalidInputException>(() => RunFiles.Read(_run.Folder));

        Assert.Contains("train again", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_that_is_cut_off_is_left_out_while_the_run_goes_on()
    {
        _run.Is("running");
        Assert.Empty(RunFiles.Read(_run.Folder).Epochs);
        _run.Append("metrics.jsonl", $"{WrittenRun.Epoch(1)}\n{WrittenRun.Epoch(2)[..20]}");
        Assert.Single(RunFiles.Read(_run.Folder).Epochs);

        _run.Is("completed");

        var refused = Assert.Throws<InvalidInputException>(() => RunFiles.Read(_run.Folder));
        Assert.Contains("cannot be read", refused.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _run.Dispose();
}
