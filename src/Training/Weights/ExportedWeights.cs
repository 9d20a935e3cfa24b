using Mnist.Distributed.Contracts.Ledgers;
using Mnist.Distributed.Contracts.State;

namespace Mnist.Distributed.Training.Weights;

/// <summary>
/// The weights of a state that are the result of training. This is the only place that decides
/// which vector of a state is exported.
/// </summary>
public static class ExportedWeights
{
    /// <summary>A state with the exported weights, without optimizer slots and ledger.</summary>
    public static TrainingState Of(TrainingState state) =>
        state with { Slots = ParameterVector.Empty, Ledger = Ledger.StartingAt(state.Step) };
}
