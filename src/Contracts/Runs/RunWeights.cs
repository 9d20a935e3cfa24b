using Mnist.Distributed.Contracts.State;

namespace Mnist.Distributed.Contracts.Runs;

/// <summary>The weights that are the result of a run, so far or at its end.</summary>
/// <param name="State">A state without optimizer slots and without ledger.</param>
/// <param name="Epoch">
/// The 1-based epoch at whose end the run had these weights; null for weights within an epoch.
/// </param>
/// <param name="IsBest">
/// Whether these weights are kept because no completed epoch has a better test metric.
/// </param>
[GenerateSerializer, Immutable, Alias("mnist.RunWeights")]
public sealed record RunWeights(
    [property: Id(0)] TrainingState State,
    [property: Id(1)] int? Epoch,
    [property: Id(2)] bool IsBest)
{
    /// <summary>The epoch that a file of these weights names; null to name none.</summary>
    public int? NamedEpoch => IsBest ? Epoch : null;
}
