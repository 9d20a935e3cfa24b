using Mnist.Distributed.Tests.Processes;
using Xunit;

namespace Mnist.Distributed.Tests.Telemetry;

/// <summary>
/// A killed silo shows in the data that an OpenTelemetry backend receives, whatever it served.
/// </summary>
public sealed class FaultTraceTests(SmallMnist data) : IAsyncDisposable
{
    /// <summary>
    /// How exactly times are compared: half of the least straggler timeout. A recovery that began
    /// when a silo was found to be late would begin later than that.
    /// </summary>
    private const double Margin = 0.2;

    private readonly UserHome _home = new();

    [Theory]
    [InlineData("kill(other)", null, "lost", "late")]
    [InlineData("kill(server)", "taken_over", "taken_over")]
    [LongData("kill(run)", "moved", "lost", "late", "taken_over")]
    public async Task A_killed_silo_is_a_recovery_in_the_one_trace_of_the_run(string fault, string? handover, params string[] kinds)
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
        var disturbed = trace.Where(span => span.Name is "recovery" or "membership").ToDictionary(span => span.Id);
        var events = disturbed.Values.SelectMany(span => span.Events).ToArray();
        Assert.Contains(events, item => kinds.Contains(item.Name));
        Assert.All(events, item => Assert.Equal(item.Name, item.Tags["mnist.incident.kind"]));
        Assert.All(events, item => Assert.StartsWith("silo-", item.Tags["mnist.silo"], StringComparison.Ordinal));

        // It refers to the step that it held up, and that step says who was last.
        var steps = trace.Where(span => span.Name == "step").ToDictionary(span => span.Id);
        var attempts = trace.Where(span => span.Name == "attempt").Select(span => span.Id).ToHashSet();
        Assert.All(recoveries, recovery => Assert.Equal(recovery.Tags["mnist.step"], steps[recovery.Links[0]].Tags["mnist.step"]));
        Assert.All(recoveries.SelectMany(recovery => recovery.Links.Skip(1)), link => Assert.Contains(link, attempts));
        Assert.All(recoveries, recovery => Assert.StartsWith("silo-", steps[recovery.Links[0]].Tags["mnist.step.last_silo"], StringComparison.Ordinal));

        // It begins at the last commit before the fault, so the whole step lies in it.
        Assert.All(recoveries, recovery => Assert.True(recovery.SecondsBefore(steps[recovery.Links[0]]) > -Margin));

        if (handover is null)
        {
            HasAnotherAttempt(trace, recoveries.Where(recovery => kinds.Any(recovery.Has)).MinBy(recovery => recovery.Start)!);
        }
        else
        {
            Assert.Contains(trace, span => span.Name == "handover" && span.Has(handover));
        }

        LogRecord[] incidents = [.. receiver.Logs.Where(log => log.Tags.ContainsKey("Kind"))];
        AreLogged(incidents, root, disturbed);
        if (handover == "taken_over")
        {
            // The server was killed after step 100, and the next one knows the step.
            var takeover = incidents.Where(log => log.Tags["Kind"] == "TakenOver").Max(log => log.Time);
            Assert.All(incidents.Where(log => log.Time >= takeover), log => Assert.NotEqual("0", log.Tags["Step"]));
        }

        AreMeasured(receiver, root, disturbed);

        // The run ends well, on one silo.
        Assert.Contains(trace, span => span.Name == "run" && span.Tags["mnist.outcome"] == "completed" && !span.IsError);
    }

    public ValueTask DisposeAsync() => _home.DisposeAsync();

    /// <summary>
    /// Checks that others have computed the share of a lost silo. A silo that is lost in an
    /// evaluation has no share of a step.
    /// </summary>
    private static void HasAnotherAttempt(Span[] trace, Span recovery)
    {
        var evaluated = trace.Where(span => span.Name == "evaluate").Select(span => span.Tags["mnist.step"]);
        Assert.True(recovery.Links.Count > 1 || evaluated.Contains(recovery.Tags["mnist.step"]), $"{recovery}");
    }

    /// <summary>
    /// Checks that each incident is logged in the trace, with the step that it held up.
    /// </summary>
    private static void AreLogged(LogRecord[] incidents, Span root, Dictionary<string, Span> disturbed)
    {
        Assert.NotEmpty(incidents);
        Assert.All(incidents, log => Assert.Equal(root.TraceId, log.TraceId));
        Assert.All(incidents, log => Assert.StartsWith($"Run {root.Tags["mnist.run.id"]}, step {log.Tags["Step"]}: silo-", log.Body, StringComparison.Ordinal));
        var within = incidents.Where(log => disturbed.ContainsKey(log.SpanId)).ToArray();
        Assert.NotEmpty(within);
        Assert.All(within, log => Assert.Equal(disturbed[log.SpanId].Tags["mnist.step"], log.Tags["Step"]));
    }

    /// <summary>
    /// Checks that metrics refer to the recoveries, which are as long as measured.
    /// </summary>
    private static void AreMeasured(OtlpReceiver receiver, Span root, Dictionary<string, Span> disturbed)
    {
        Assert.NotEmpty(receiver.Points["mnist.incidents"]);
        Assert.NotEmpty(receiver.Points["mnist.recovery.duration"]);
        Assert.Contains(receiver.ExemplarsOf("mnist.incidents"), exemplar => disturbed.ContainsKey(exemplar.SpanId));
        Assert.Contains(receiver.ExemplarsOf("mnist.step.duration"), exemplar => exemplar.TraceId == root.TraceId);
        var durations = receiver.ExemplarsOf("mnist.recovery.duration").Where(exemplar => disturbed.ContainsKey(exemplar.SpanId)).ToArray();
        Assert.NotEmpty(durations);
        Assert.All(durations, exemplar => Assert.Equal(root.TraceId, exemplar.TraceId));
        Assert.All(durations, exemplar => Assert.InRange(disturbed[exemplar.SpanId].Seconds, exemplar.Value - Margin, exemplar.Value + Margin));
    }
}
