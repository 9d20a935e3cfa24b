using System.Diagnostics.Metrics;
using Mnist.Distributed.Contracts.Plans;

namespace Mnist.Distributed.Grains.Telemetry;

/// <summary>
/// The meter of one run. When it is disposed, the series of the run end; a meter that all runs
/// share would send the last values of an ended run for ever.
/// </summary>
internal static class RunMeter
{
    /// <summary>Creates a meter.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="owner">Distinguishes meters of one run in one process.</param>
    public static Meter Of(string runId, string owner) => new(new MeterOptions(TrainingTelemetry.Name)
    {
        Tags = [new(TelemetryNames.Run, runId), new("mnist.meter", owner)],
    });

    /// <summary>The attributes of every value of a run: its id and its model.</summary>
    public static KeyValuePair<string, object?>[] Attributes(string runId, TrainingPlan plan) =>
        [new(TelemetryNames.Run, runId), new(TelemetryNames.Model, plan.Model)];
}
