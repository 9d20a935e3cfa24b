using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Training.Catalogue;
using Mnist.Distributed.Training.Data;
using Mnist.Distributed.Training.Models;
using Mnist.Distributed.Training.Sharding;
using Mnist.Distributed.Training.Vectors;
using Mnist.Distributed.Training.Views;

namespace Mnist.Distributed.Training.Gradients;

/// <summary>
/// Computes one worker's gradient. The gradient is the sum over the worker's samples of one step
/// and is not divided by anything. It depends on plan, step, worker and parameters only. This
/// object owns the memory of the gradient. May be used by one thread at a time.
/// </summary>
public sealed class GradientComputation : IDisposable
{
    private readonly TrainingSetup _setup;
    private readonly int _worker;
    private readonly Shard _shard;
    private readonly ISampleView _view;
    private readonly Network _network;
    private readonly float[] _byOutputs;

    /// <summary>Binds a worker to the parameters that it reads.</summary>
    /// <param name="setup">The run's plan, model and objective.</param>
    /// <param name="samples">The training split, with as many samples as the plan uses.</param>
    /// <param name="parameters">
    /// Parameters in the model's layout; they must not change during <see cref="Compute"/>.
    /// </param>
    /// <param name="worker">0-based index of the worker.</param>
    /// <param name="shared">Whether other processes may read the gradient in place.</param>
    public GradientComputation(TrainingSetup setup, ImageSet samples, FlatVector parameters, int worker, bool shared = false)
    {
        _setup = setup;
        _worker = worker;
        _shard = new Shard(setup.Plan, worker);
        _view = setup.Objective.View(samples, SceneKey.Training(setup.Plan.Seed));
        var images = _shard.MaxBatch * _view.ImagesPerSample;
        _byOutputs = new float[images * setup.Objective.Outputs];
        Gradient = new FlatVector(setup.Model.Layout.Length, shared);
        _network = setup.Model.Bind(new NetworkBinding(setup.Model.Layout, parameters, Gradient, images));
    }

    /// <summary>
    /// The sums over the samples of the last <see cref="Compute"/>: first the gradient, then the
    /// batch statistics, in the model's layout.
    /// </summary>
    public FlatVector Gradient { get; }

    /// <summary>Computes <see cref="Gradient"/> at <paramref name="step"/>.</summary>
    /// <param name="step">0-based step of the run.</param>
    /// <returns>
    /// Sums of loss and metric, and the number of samples. A worker without samples at the step
    /// returns zeros, and its gradient is zero.
    /// </returns>
    public StepTotals Compute(long step)
    {
        var plan = _setup.Plan;
        var (epoch, stepInEpoch) = Math.DivRem(step, plan.StepsPerEpoch);
        var samples = _shard.SamplesAt((int)epoch, (int)stepInEpoch);
        if (samples.IsEmpty)
        {
            Gradient.Span.Clear();
            return default;
        }

        if (stepInEpoch + 1 < plan.StepsPerEpoch)
        {
            _view.Prefetch(_shard.SamplesAt((int)epoch, (int)stepInEpoch + 1));
        }

        var batch = _view.Gather(samples, (int)epoch);
        var outputs = _network.Train(batch, new ForwardKey(plan.Seed, step, _worker));
        var byOutputs = _byOutputs.AsSpan(0, outputs.Length);
        var totals = _setup.Objective.Judge(batch, outputs, byOutputs);
        _network.Backpropagate(byOutputs);
        return totals;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _network.Dispose();
        (_view as IDisposable)?.Dispose();
    }
}
