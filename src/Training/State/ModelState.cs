using System.IO.Hashing;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Ledgers;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Training.Optimizers;
using Mnist.Distributed.Training.Vectors;

namespace Mnist.Distributed.Training.State;

/// <summary>
/// The state in use of a run: step, parameters, running statistics, optimizer slots, totals of the
/// epoch and the ledger of recent steps. The plain trainer and every replica change the state by
/// <see cref="Apply"/> only, so all of them have the same bytes.
/// </summary>
public sealed class ModelState
{
    /// <summary>Weight of a new batch in the running statistics: PyTorch's default.</summary>
    private const float StatisticsMomentum = 0.1f;

    private readonly TrainingPlan _plan;
    private readonly ParameterLayout _layout;
    private readonly IOptimizer _optimizer;
    private readonly float[] _slots;
    private readonly ParallelLoop _loop;
    private readonly Action<int> _applyPart;
    private readonly Action<int> _hashPart;
    private readonly ulong[] _hashes;
    private readonly LedgerBuilder _ledger = new(Ledger.StartingAt(0));

    private StepUpdate? _applied;

    /// <summary>Draws the plan's state at step 0.</summary>
    /// <param name="plan">The plan of the run.</param>
    /// <param name="layout">The model's layout.</param>
    /// <param name="optimizer">Changes the parameters at each step.</param>
    /// <param name="loop">Works on parts of the vector. Default: one part after the other.</param>
    public ModelState(TrainingPlan plan, ParameterLayout layout, IOptimizer optimizer, ParallelLoop? loop = null)
    {
        _loop = loop ?? SerialLoop.Run;
        (_applyPart, _hashPart) = (ApplyPart, HashPart);
        _hashes = new ulong[VectorSlice.PartsOf(layout.Length)];
        _plan = plan;
        _layout = layout;
        _optimizer = optimizer;
        _slots = new float[optimizer.Slots * layout.ParameterLength];
        Parameters = new FlatVector(layout.Length);
        InitialWeights.Draw(plan.Seed, layout, Parameters.Span);
    }

    /// <summary>The next step to compute; also the number of steps applied so far.</summary>
    public long Step { get; private set; }

    /// <summary>Parameters and running statistics, in the model's layout.</summary>
    public FlatVector Parameters { get; }

    /// <summary>Number of batches that the running statistics contain.</summary>
    public long BatchesTracked { get; private set; }

    /// <summary>
    /// Totals of the current epoch or, at its end, of the epoch that has just ended.
    /// </summary>
    public EpochTotals Totals { get; private set; }

    /// <summary>Turns the state at step t into the state at step t + 1.</summary>
    /// <param name="update">The update of step t.</param>
    /// <exception cref="ArgumentException">The update belongs to another step.</exception>
    public void Apply(StepUpdate update)
    {
        if (update.Step != Step)
        {
            throw new ArgumentException($"The state is at step {Step} and cannot take the update of step {update.Step}.", nameof(update));
        }

        _applied = update;
        _loop(_hashes.Length, _applyPart);
        _applied = null;

        Totals = Totals.After(Step, _plan.StepsPerEpoch, update.Totals);
        BatchesTracked++;
        Step++;
        if (update.Record is { } record)
        {
            _ledger.Append(record);
        }
    }

    /// <summary>Hashes of the parameters and of the optimizer's slots.</summary>
    public StateHash Hash()
    {
        _loop(_hashes.Length, _hashPart);
        return new StateHash(Step, (long)XxHash3.HashToUInt64(MemoryMarshal.AsBytes(_hashes.AsSpan())));
    }

    /// <summary>
    /// Removes the ledger of the steps before <paramref name="step"/>. The record of the run keeps
    /// it.
    /// </summary>
    public void DropLedgerBefore(long step) => _ledger.DropBefore(step);

    /// <summary>Makes a copy that can be sent or kept.</summary>
    public TrainingState Snapshot() =>
        new(Step, ParameterVector.CopyOf(Parameters.Span), ParameterVector.CopyOf(_slots), BatchesTracked, Totals, _ledger.ToLedger(), _layout.Digest);

    /// <summary>Replaces the state by a copy.</summary>
    /// <param name="state">The copy.</param>
    /// <exception cref="ArgumentException">The copy belongs to another model or
    /// optimizer.</exception>
    /// <exception cref="InvalidInputException">The copy has another layout.</exception>
    public void Restore(TrainingState state)
    {
        if (state.Parameters.Length != Parameters.Length || state.Slots.Length != _slots.Length)
        {
            throw new ArgumentException("The state is not one of the plan's model and optimizer.", nameof(state));
        }

        _layout.Check(state);

        state.Parameters.Span.CopyTo(Parameters.Span);
        state.Slots.Span.CopyTo(_slots);
        Step = state.Step;
        BatchesTracked = state.BatchesTracked;
        Totals = state.Totals;
        _ledger.Reset(state.Ledger);
    }

    private void ApplyPart(int part)
    {
        var (first, length) = VectorSlice.Of(Parameters.Length, part, _hashes.Length).GetOffsetAndLength(Parameters.Length);
        var trained = Math.Clamp(_layout.ParameterLength - first, 0, length);
        var values = Parameters.Span.Slice(first, length);
        var gradient = _applied!.Gradient.Span.Slice(first, length);
        var scale = 1f / _applied.Totals.Samples;
        _optimizer.Apply(values[..trained], gradient[..trained], SlotsOf(first, trained), new OptimizerStep(Step, _plan.LearningRate, scale));
        FoldStatistics(values[trained..], gradient[trained..], scale);
    }

    private void HashPart(int part)
    {
        var (first, length) = VectorSlice.Of(Parameters.Length, part, _hashes.Length).GetOffsetAndLength(Parameters.Length);
        var trained = Math.Clamp(_layout.ParameterLength - first, 0, length);
        var slots = SlotsOf(first, trained);

        // Each slot is hashed with the hash of the slot before it as seed, and the parameters with
        // the hash of the last slot; without slots, with the hash of nothing.
        var seed = XxHash3.HashToUInt64([]);
        for (var slot = 0; slot < _optimizer.Slots; slot++)
        {
            seed = XxHash3.HashToUInt64(MemoryMarshal.AsBytes(slots[slot]), slot == 0 ? 0 : (long)seed);
        }

        _hashes[part] = XxHash3.HashToUInt64(MemoryMarshal.AsBytes(Parameters.Span.Slice(first, length)), (long)seed);
    }

    private OptimizerSlots SlotsOf(int first, int length) =>
        new OptimizerSlots(_slots, _layout.ParameterLength).Slice(Math.Min(first, _layout.ParameterLength), length);

    private static void FoldStatistics(Span<float> running, ReadOnlySpan<float> batchSum, float scale)
    {
        TensorPrimitives.Multiply(running, 1 - StatisticsMomentum, running);
        TensorPrimitives.MultiplyAdd(batchSum, StatisticsMomentum * scale, running, running);
    }
}
