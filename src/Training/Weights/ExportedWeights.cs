using Mnist.Distributed.Contracts.Ledgers;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Training.Vectors;

namespace Mnist.Distributed.Training.Weights;

/// <summary>
/// The weights of a state that are the result of training: the moving average of the parameters if
/// the state has one, otherwise the parameters themselves; with the running statistics. This is the
/// only place that decides which vector of a state is exported.
/// </summary>
public static class ExportedWeights
{
    /// <summary>A state with the exported weights, without optimizer slots and ledger.</summary>
    public static TrainingState Of(TrainingState state) => state with
    {
        Parameters = Averaged(state),
        Average = null,
        Slots = ParameterVector.Empty,
        Ledger = Ledger.StartingAt(state.Step),
    };

    /// <summary>The exported weights in memory that a network can be bound to.</summary>
    public static FlatVector VectorOf(TrainingState state)
    {
        var weights = Averaged(state);
        var vector = new FlatVector(weights.Length);
        weights.Span.CopyTo(vector.Span);
        return vector;
    }

    private static ParameterVector Averaged(TrainingState state)
    {
        if (state.Average is not { } average)
        {
            return state.Parameters;
        }

        var values = state.Parameters.Span.ToArray();
        average.Span.CopyTo(values);
        return new ParameterVector(values);
    }
}
