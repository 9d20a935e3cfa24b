using System.Diagnostics;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Grains.Telemetry;

namespace Mnist.Distributed.Coordinator.Runs;

/// <summary>The spans of a command that starts or resumes a run.</summary>
internal static class CoordinatorActivity
{
    private static readonly ActivitySource Source = new(TrainingTelemetry.Name);

    /// <summary>
    /// Makes the root of the trace of a new run: a span that ends at once, so that a backend shows
    /// the trace while the run goes on.
    /// </summary>
    /// <param name="runId">The run.</param>
    /// <returns>The root; null if nobody records spans.</returns>
    public static Activity? Root(string runId)
    {
        var root = Source.StartActivity("started", ActivityKind.Client)?.SetTag(TelemetryNames.Run, runId);
        root?.Stop();
        return root;
    }

    /// <summary>Starts the span of a command; null if nobody records spans.</summary>
    /// <param name="command">Name of the command.</param>
    /// <param name="runId">The run.</param>
    /// <param name="root">The root of the trace; null for a trace of its own.</param>
    public static Activity? Start(string command, string runId, Activity? root) =>
        Source.StartActivity(command, ActivityKind.Client, root?.Context ?? default)?.SetTag(TelemetryNames.Run, runId);

    /// <summary>Adds how the run has ended to the span of the command.</summary>
    /// <param name="ended">The end of the run.</param>
    /// <param name="digest">SHA-256 of the file of weights; null if there is none.</param>
    public static void Describe(RunEvent.Ended ended, string? digest)
    {
        if (Activity.Current is not { } activity)
        {
            return;
        }

        activity.SetTag("mnist.outcome", RunText.Name(ended.Status)).SetTag("mnist.weights.sha256", digest);
        if (ended.Status is RunStatus.Failed or RunStatus.Interrupted)
        {
            activity.SetStatus(ActivityStatusCode.Error, ended.Message);
        }
    }
}
