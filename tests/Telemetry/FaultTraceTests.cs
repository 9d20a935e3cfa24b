using Mnist.Distributed.Tests.Processes;
using Xunit;

namespace Mnist.Distributed.Tests.Telemetry;

/// <summary>
/// A killed silo shows in the data that an OpenTelemetry backend receives, whatever it served.
/// </summary>
public sealed class FaultTraceTests(SmallMnist data) : IAsyncDisposable
{
    private readonly UserHome _home = new();

    [Theory]
    [InlineData("kill(silo 2)", "lost", "late", "taken_over")]
    [LongData("kill(server)", "taken_over")]
    [LongData("kill(run)", "lost", "late", "taken_over")]
    public async Task A_killed_silo_is_a_recovery_in_the_one_trace_of_the_run(string fault, params string[] kinds)
    {
        await using var receiver = new OtlpReceiver();
        _home.Set("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.Endpoint);
        _home.Set("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf");

        (await _home.Mnist("chaos", "--plan", $"{fault} at step 100", "--data", data.Path, "--epochs", "20")).Succeeds();

        var trace = receiver.Spans.ToArray();
        var root = Assert.Single(trace, span => span.Name == "started");
        Assert.Equal("", root.ParentId);
        Assert.All(trace, span => Assert.Equal(root.TraceId, span.TraceId));
        Assert.All(
            trace.Where(span => span.Name is "run" or "epoch" or "step" or "recovery" or "membership" or "evaluate" or "checkpoint" or "handover"),
            span => Assert.Equal(root.Id, span.ParentId));

        // What has happened has a red span, over the time that it cost.
        var recoveries = trace.Where(span => span.Name == "recovery").ToArray();
        Assert.NotEmpty(recoveries);
        Assert.All(recoveries, recovery => Assert.True(recovery.IsError));
        Assert.All(recoveries, recovery => Assert.True(recovery.End > recovery.Start));
        var disturbed = trace.Where(span => span.Name is "recovery" or "membership").ToArray();
        var events = disturbed.SelectMany(span => span.Events).ToArray();
        Assert.Contains(events, item => kinds.Contains(item.Name));
        Assert.All(events, item => Assert.Equal(item.Name, item.Tags["mnist.incident.kind"]));
        Assert.All(events, item => Assert.StartsWith("silo-", item.Tags["mnist.silo"], StringComparison.Ordinal));

        // It refers to the step that it held up, and that step says who was last.
        var steps = trace.Where(span => span.Name == "step").ToDictionary(span => span.Id);
        var attempts = trace.Where(span => span.Name == "attempt").Select(span => span.Id).ToHashSet();
        Assert.All(recoveries, recovery => Assert.Equal(recovery.Tags["mnist.step"], steps[recovery.Links[0]].Tags["mnist.step"]));
        Assert.All(recoveries.SelectMany(recovery => recovery.Links.Skip(1)), link => Assert.Contains(link, attempts));
        Assert.All(recoveries, recovery => Assert.StartsWith("silo-", steps[recovery.Links[0]].Tags["mnist.step.last_silo"], StringComparison.Ordinal));

        // The run ends well, on one silo.
        Assert.Contains(trace, span => span.Name == "run" && span.Tags["mnist.outcome"] == "completed" && !span.IsError);
        Assert.Contains(root.TraceId, receiver.LogTraceIds);
        Assert.NotEmpty(receiver.Points["mnist.incidents"]);
        Assert.NotEmpty(receiver.Points["mnist.recovery.duration"]);
    }

    public ValueTask DisposeAsync() => _home.DisposeAsync();
}
