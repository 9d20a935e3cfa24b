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
    private readonly UpdateRule _rule;
    private readonly MovingAverage? _average;
    private readonly float[] _slots;
    private readonly ParallelLoop _loop;
    private readonly Action<int> _applyPart;
    private readonly Action<int> _hashPart;
    private readonly Action<int> _squarePart;
    private readonly ulong[] _hashes;
    private readonly double[] _squares;
    private readonly LedgerBuilder _ledger = new(Ledger.StartingAt(0));

    private StepUpdate? _applied;
    private OptimizerStep _step;
    private float _coefficient;

    /// <summary>Draws the plan's state at step 0.</summary>
    /// <param name="plan">The plan of the run.</param>
    /// <param name="layout">The model's layout.</param>
    /// <param name="rule">How a step changes the parameters.</param>
    /// <param name="loop">Works on parts of the vector. Default: one part after the other.</param>
    public ModelState(TrainingPlan plan, ParameterLayout layout, UpdateRule rule, ParallelLoop? loop = null)
    {
        _loop = loop ?? SerialLoop.Run;
        (_applyPart, _hashPart, _squarePart) = (ApplyPart, HashPart, SquarePart);
        _hashes = new ulong[VectorSlice.PartsOf(layout.Length)];
        _squares = new double[_hashes.Length];
        _plan = plan;
        _layout = layout;
        _rule = rule;
        _slots = new float[rule.Optimizer.Slots * layout.ParameterLength];
        Parameters = new FlatVector(layout.Length);
        InitialWeights.Draw(plan.Seed, layout, Parameters.Span);
        if (rule.AverageDecay is { } decay)
        {
            _average = new MovingAverage(decay, layout);
            _average.Begin(Parameters.Span);
        }
    }

    /// <summary>The next step to compute; also the number of steps applied so far.</summary>
    public long Step { get; private set; }

    /// <summary>Parameters and running statistics, in the model's layout.</summary>
    public FlatVector Parameters { get; }

    /// <summary>
    /// What is evaluated and exported: the moving average if the run has one, otherwise <see
    /// cref="Parameters"/>.
    /// </summary>
    public FlatVector Evaluated => _average?.Values ?? Parameters;

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
        _step = new OptimizerStep(Step, _rule.Rate.At(Step), 1f / update.Totals.Samples);
        _coefficient = 1;
        if (_rule.Clip.Norm is not null)
        {
            _loop(_hashes.Length, _squarePart);
            _coefficient = _rule.Clip.Coefficient(_squares);
        }

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

    /// <summary>Hash of the parameters, the optimizer's slots and the average.</summary>
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
    public TrainingState Snapshot() => new(
        Step,
        ParameterVector.CopyOf(Parameters.Span),
        _average is null ? ParameterVector.CopyOf(_slots) : new ParameterVector((float[])[.. _slots, .. _average.Parameters]),
        BatchesTracked,
        Totals,
        _ledger.ToLedger(),
        _layout.Digest,
        _rule.Name);

    /// <summary>Replaces the state by a copy.</summary>
    /// <param name="state">The copy.</param>
    /// <exception cref="ArgumentException">The copy belongs to another model.</exception>
    /// <exception cref="InvalidInputException">
    /// The copy has another layout, or belongs to another optimizer.
    /// </exception>
    public void Restore(TrainingState state)
    {
        if (state.Parameters.Length != Parameters.Length)
        {
            throw new ArgumentException("The state is not one of the plan's model.", nameof(state));
        }

        _layout.Check(state);
        CheckOptimizer(state);

        state.Parameters.Span.CopyTo(Parameters.Span);
        state.Slots.Span[.._slots.Length].CopyTo(_slots);
        _average?.Restore(state.Slots.Span[_slots.Length..], Parameters.Span);
        Step = state.Step;
        BatchesTracked = state.BatchesTracked;
        Totals = state.Totals;
        _ledger.Reset(state.Ledger);
    }

    private void CheckOptimizer(TrainingState state) => InvalidInputException.Require(
        state.Slots.Length == (long)_rule.Slots * _layout.ParameterLength && (state.Optimizer ?? _rule.Name) == _rule.Name,
        $"The state was stored with {state.Optimizer ?? "another optimizer"} or other settings of the optimizer, and this run has {_rule.Name}: "
        + "go on with the Optimizer, its settings and the Ema that the state was stored with.",
        nameof(_plan.Optimizer),
        nameof(_plan.Ema));

    private void SquarePart(int part)
    {
        var (first, _, trained) = Place(part);
        _squares[part] = _rule.Clip.Squares(_applied!.Gradient.Span.Slice(first, trained), _step.Scale);
    }

    private void ApplyPart(int part)
    {
        var (first, length, trained) = Place(part);
        var values = Parameters.Span.Slice(first, length);
        var gradient = _applied!.Gradient.Span.Slice(first, length);
        _rule.Clip.Apply(_rule.Optimizer, values[..trained], gradient[..trained], SlotsOf(first, trained), _step, _coefficient);
        FoldStatistics(values[trained..], gradient[trained..], _step.Scale);
        _average?.Follow(first, trained, values);
    }

    private void HashPart(int part)
    {
        var (first, length, trained) = Place(part);
        var slots = SlotsOf(first, trained);

        // Each slot is hashed with the hash of the slot before it as seed, then the average, and
        // the parameters with the last of these hashes; without any, with the hash of nothing.
        var seed = XxHash3.HashToUInt64([]);
        for (var slot = 0; slot < _rule.Optimizer.Slots; slot++)
        {
            seed = XxHash3.HashToUInt64(MemoryMarshal.AsBytes(slots[slot]), slot == 0 ? 0 : (long)seed);
        }

        if (_average is not null)
        {
            seed = XxHash3.HashToUInt64(MemoryMarshal.AsBytes(_average.Values.Span.Slice(first, trained)), (long)seed);
        }

        _hashes[part] = XxHash3.HashToUInt64(MemoryMarshal.AsBytes(Parameters.Span.Slice(first, length)), (long)seed);
    }

    /// <summary>
    /// The elements of a part, and how many of them are trained; these come first.
    /// </summary>
    private (int First, int Length, int Trained) Place(int part)
    {
        var (first, length) = VectorSlice.Of(Parameters.Length, part, _hashes.Length).GetOffsetAndLength(Parameters.Length);
        return (first, length, Math.Clamp(_layout.ParameterLength - first, 0, length));
    }

    private OptimizerSlots SlotsOf(int first, int length) =>
        new OptimizerSlots(_slots, _layout.ParameterLength).Slice(Math.Min(first, _layout.ParameterLength), length);

    private static void FoldStatistics(Span<float> running, ReadOnlySpan<float> batchSum, float scale)
    {
        TensorPrimitives.Multiply(running, 1 - StatisticsMomentum, running);
        TensorPrimitives.MultiplyAdd(batchSum, StatisticsMomentum * scale, running, running);
    }
}
