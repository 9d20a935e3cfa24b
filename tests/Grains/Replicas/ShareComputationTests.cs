using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Grains.Compute;
using Mnist.Distributed.Grains.Replicas;
using Mnist.Distributed.Tests.Simulation;
using Mnist.Distributed.Tests.Training;
using Mnist.Distributed.Training.Catalogue;
using Mnist.Distributed.Training.Data;
using Mnist.Distributed.Training.Models;
using Mnist.Distributed.Training.Vectors;
using Xunit;

namespace Mnist.Distributed.Tests.Grains.Replicas;

/// <summary>Networks that evaluate are kept for the next evaluation, or freed.</summary>
public sealed class ShareComputationTests : IDisposable
{
    private static readonly TrainingPlan Plan = new() { Model = "mlp", ModelSettings = PlanSettings.Hidden(1), BatchSize = 10, Samples = 10, TestSamples = 10 };

    private static readonly EvaluationRequest Request = new(new RunGeneration("run", 1), 0, null, 0, 1, null);

    private readonly List<FailingNetwork> _networks = [];
    private readonly ComputePool _compute = new(1);
    private readonly ShareComputation _shares;

    public ShareComputationTests()
    {
        var setup = TrainingSetup.Of(Plan);
        var bind = setup.Model.Bind;
        setup = setup with { Model = setup.Model with { Bind = binding => Add(new FailingNetwork(bind(binding))) } };
        var images = new ImageSet(new byte[Plan.TestSamples * Recipe.Sample.Pixels], new ushort[Plan.TestSamples], Recipe.Sample);
        var parameters = new FlatVector(setup.Model.Layout.Length);
        var workers = new LocalWorkers(new WorkerInputs(setup, images, parameters, IsShared: false), []);
        _shares = new ShareComputation(workers, parameters, new DataSet("made up", Recipe.Data, images, images, "a test"), _compute, World.Telemetry, "silo");
    }

    [Fact]
    public async Task An_evaluation_that_fails_frees_its_network_and_the_next_one_has_a_new_one()
    {
        await _shares.Evaluate(Request);
        await _shares.Evaluate(Request);
        Assert.False(Assert.Single(_networks).IsDisposed);

        _networks[0].Fails = true;
        await Assert.ThrowsAsync<InvalidInputException>(() => _shares.Evaluate(Request));
        Assert.True(_networks[0].IsDisposed);

        await _shares.Evaluate(Request);
        Assert.Equal(2, _networks.Count);
        _shares.Dispose();
        Assert.True(_networks[1].IsDisposed);
    }

    public void Dispose()
    {
        _shares.Dispose();
        _compute.Dispose();
    }

    private FailingNetwork Add(FailingNetwork network)
    {
        _networks.Add(network);
        return network;
    }

    private sealed class FailingNetwork(Network inner) : Network
    {
        public bool Fails { get; set; }

        public bool IsDisposed { get; private set; }

        public override ReadOnlySpan<float> Train(Batch batch, ForwardKey key) => throw new NotSupportedException();

        public override void Backpropagate(ReadOnlySpan<float> outputGradients) => throw new NotSupportedException();

        public override ReadOnlySpan<float> Evaluate(Batch batch) =>
            Fails ? throw new InvalidInputException("There is no memory.") : inner.Evaluate(batch);

        public override void Dispose()
        {
            IsDisposed = true;
            inner.Dispose();
            base.Dispose();
        }
    }
}
