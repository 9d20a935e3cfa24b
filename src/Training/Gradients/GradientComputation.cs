using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Training.Data;
using Mnist.Distributed.Training.Losses;
using Mnist.Distributed.Training.Models;
using Mnist.Distributed.Training.Sharding;
using Mnist.Distributed.Training.State;

namespace Mnist.Distributed.Training.Gradients;

/// <summary>
/// One worker's gradient as a pure function of (plan, step, worker, parameters): the sum over its samples of that step, not yet
/// divided by anything. Owns the memory the gradient is written to. Used by one thread at a time.
/// </summary>
public sealed class GradientComputation : IDisposable
{
    private readonly TrainingPlan _plan;
    private readonly int _worker;
    private readonly ImageSet _samples;
    private readonly ILoss _loss;
    private readonly Shard _shard;
    private readonly Network _network;
    private readonly float[] _outputGradients;

    /// <summary>Binds a worker to the parameters it reads.</summary>
    /// <param name="plan">The run's plan.</param>
    /// <param name="model">The plan's model.</param>
    /// <param name="samples">The training split.</param>
    /// <param name="parameters">Parameters in the model's layout; must not change during <see cref="Compute"/>.</param>
    /// <param name="worker">Worker index.</param>
    /// <param name="shared">Whether other processes may read the gradient in place.</param>
    public GradientComputation(TrainingPlan plan, Model model, ImageSet samples, FlatVector parameters, int worker, bool shared = false)
    {
        _plan = plan;
        _worker = worker;
        _samples = samples;
        _loss = LossTable.Get(plan.Loss);
        _shard = new Shard(plan, worker);
        _outputGradients = new float[_shard.MaxBatch * ImageSet.Classes];
        Gradient = new FlatVector(model.Layout.Length, shared);
        _network = model.Bind(new NetworkBinding(model.Layout, parameters, Gradient, _shard.MaxBatch));
    }

    /// <summary>Sum over the samples of the last <see cref="Compute"/> of gradients and batch statistics.</summary>
    public FlatVector Gradient { get; }

    /// <summary>Computes <see cref="Gradient"/> at <paramref name="step"/>.</summary>
    /// <param name="step">Step of the run.</param>
    /// <returns>Loss, correct answers and number of the samples.</returns>
    public StepTotals Compute(long step)
    {
        var (epoch, stepInEpoch) = Math.DivRem(step, _plan.StepsPerEpoch);
        var batch = new Batch(_samples, _shard.SamplesAt((int)epoch, (int)stepInEpoch));
        if (batch.Count == 0)
        {
            Gradient.Span.Clear();
            return default;
        }

        if (stepInEpoch + 1 < _plan.StepsPerEpoch)
        {
            new Batch(_samples, _shard.SamplesAt((int)epoch, (int)stepInEpoch + 1)).Prefetch();
        }

        var outputs = _network.Train(batch, new ForwardKey(_plan.Seed, step, _worker));
        var loss = 0.0;
        var correct = 0;
        for (var sample = 0; sample < batch.Count; sample++)
        {
            var label = batch.Label(sample);
            var own = outputs.Slice(sample * ImageSet.Classes, ImageSet.Classes);
            loss += _loss.Of(own, label, _outputGradients.AsSpan(sample * ImageSet.Classes, ImageSet.Classes));
            correct += Classification.Of(own) == label ? 1 : 0;
        }

        _network.Backpropagate(_outputGradients.AsSpan(0, batch.Count * ImageSet.Classes));
        return new StepTotals(loss, correct, batch.Count);
    }

    /// <inheritdoc />
    public void Dispose() => _network.Dispose();
}
