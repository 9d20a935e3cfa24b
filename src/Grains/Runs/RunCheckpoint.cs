using Mnist.Distributed.Contracts.State;

namespace Mnist.Distributed.Grains.Runs;

/// <summary>The newest durable state of a run.</summary>
[GenerateSerializer, Alias("mnist.RunCheckpoint")]
public sealed class RunCheckpoint
{
    /// <summary>The state, or null before the first checkpoint of a run that started from freshly drawn weights.</summary>
    [Id(0)] public TrainingState? State { get; set; }
}
