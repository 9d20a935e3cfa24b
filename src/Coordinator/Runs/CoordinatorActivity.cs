using System.Diagnostics;
using Mnist.Distributed.Grains.Telemetry;

namespace Mnist.Distributed.Coordinator.Runs;

/// <summary>The root span of a run's trace.</summary>
internal static class CoordinatorActivity
{
    private static readonly ActivitySource Source = new(TrainingTelemetry.Name);

    /// <summary>Starts the span; null if nobody records traces.</summary>
    public static Activity? Start(string runId) => Source.StartActivity("train", ActivityKind.Client)?.SetTag("mnist.run.id", runId);
}
