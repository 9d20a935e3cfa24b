using Mnist.Distributed.Reports.Pages;
using Xunit;

namespace Mnist.Distributed.Tests.Reports.Pages;

public sealed class RunPageTests : IDisposable
{
    private readonly WrittenRun _run = new();

    [Theory]
    [InlineData("joined", false)]
    [InlineData("left", false)]
    [InlineData("resumed", false)]
    [InlineData("lost", true)]
    [InlineData("taken_over", true)]
    public void Every_incident_is_listed_and_faults_are_drawn(string kind, bool isFault)
    {
        _run.Is("completed");
        _run.Append("metrics.jsonl", $"{WrittenRun.Epoch(1)}\n");
        _run.Append("incidents.jsonl", $"{WrittenRun.Incident(kind)}\n");

        var page = RunPage.Of(RunFiles.Read(_run.Folder));

        Assert.Contains("<h2>What happened</h2>", page, StringComparison.Ordinal);
        Assert.Contains($"<td>{kind}</td>", page, StringComparison.Ordinal);
        Assert.Equal(isFault, page.Contains("When faults happened", StringComparison.Ordinal));
    }

    public void Dispose() => _run.Dispose();
}
