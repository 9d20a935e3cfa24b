using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.Runs;

namespace Mnist.Distributed.Grains.Runs;

/// <summary>What is kept of a run apart from its vectors.</summary>
[GenerateSerializer, Alias("mnist.RunRecord")]
public sealed class RunRecord
{
    /// <summary>Where the run is in its life.</summary>
    [Id(0)] public RunStatus Status { get; set; }

    /// <summary>What it trains.</summary>
    [Id(1)] public TrainingPlan? Plan { get; set; }

    /// <summary>Metrics of the completed epochs.</summary>
    [Id(2)] public List<EpochMetrics> Epochs { get; set; } = [];

    /// <summary>The silos that took part at its start.</summary>
    [Id(3)] public List<SiloReport> Silos { get; set; } = [];

    /// <summary>Why it failed or where it stopped.</summary>
    [Id(4)] public string? Message { get; set; }

    /// <summary>W3C trace context of who started it.</summary>
    [Id(5)] public string? TraceParent { get; set; }

    /// <summary>The newest attempt at the run: how many parameter servers it has had.</summary>
    [Id(6)] public long Attempt { get; set; }
}
