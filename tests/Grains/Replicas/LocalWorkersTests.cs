using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Grains.ParameterServers;
using Mnist.Distributed.Grains.Replicas;
using Mnist.Distributed.Tests.Grains.ParameterServers;
using Mnist.Distributed.Tests.Training;
using Mnist.Distributed.Training.Catalogue;
using Mnist.Distributed.Training.Data;
using Mnist.Distributed.Training.Summation;
using Mnist.Distributed.Training.Vectors;
using Xunit;

namespace Mnist.Distributed.Tests.Grains.Replicas;

public sealed class LocalWorkersTests
{
    private const int Workers = 7;

    private static readonly TrainingPlan Plan = new() { Model = "mlp", ModelSettings = PlanSettings.Hidden(1), Workers = Workers, BatchSize = Workers, Samples = Workers };

    private static readonly TrainingSetup Setup = TrainingSetup.Of(Plan);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(Workers)]
    public void Replicas_and_server_sum_to_the_bits_of_one_place(int silos)
    {
        var sum = new StepSum(Workers);
        for (var step = 0; step < 3; step++)
        {
            var leaves = Gradients(Setup.Model.Layout.Length, step);
            var whole = Shares.Sum(leaves, new WorkerRange(0, Workers));

            var update = sum.Complete(step, [.. Enumerable.Range(0, silos).SelectMany(silo => Reduce(Division.Block(Workers, silo, silos), leaves))]);

            Assert.Equal(whole.Totals, update.Totals);
            Assert.Equal(Shares.Bits(whole.Gradient), Shares.Bits(update.Gradient));
        }
    }

    [Fact]
    public void A_silo_without_workers_has_no_share() => Assert.Empty(Reduce((3, 3), []));

    [Fact]
    public async Task A_worker_is_activated_once_and_found_until_it_leaves()
    {
        var grain = new CountingGrain();
        var workers = MakeWorkers(grain);
        var worker = new StubWorker();
        grain.Activated = () => workers.Enter(0, worker);

        Assert.Same(worker, await workers.Get(0));
        Assert.Same(worker, await workers.Get(0));
        Assert.Equal(1, grain.Activations);
        workers.Leave(0, new StubWorker());
        Assert.Same(worker, await workers.Get(0));
        workers.Leave(0, worker);
        grain.Activated = () => { };
        await Assert.ThrowsAsync<InvalidOperationException>(() => workers.Get(0).AsTask());
    }

    [Fact]
    public void A_worker_that_comes_after_the_others_were_dismissed_is_dismissed()
    {
        var workers = MakeWorkers(new CountingGrain());
        var (early, late) = (new StubWorker(), new StubWorker());
        workers.Enter(0, early);
        workers.Dismiss();
        workers.Enter(1, late);

        Assert.Equal((1, 1), (early.Dismissals, late.Dismissals));
    }

    /// <summary>
    /// The largest nodes of the tree within a silo's share, summed in the workers' own memory.
    /// </summary>
    private static IReadOnlyList<GradientNode> Reduce((int First, int End) owned, GradientNode[] leaves)
    {
        var own = leaves.Skip(owned.First).Take(owned.End - owned.First).ToArray();
        var buffers = Array.ConvertAll(own, leaf =>
        {
            var buffer = new FlatVector(leaf.Gradient.Length, shared: true);
            leaf.Gradient.Span.CopyTo(buffer.Span);
            return buffer;
        });
        return ShareSum.Of(
            Workers,
            new WorkerRange(owned.First, owned.End),
            [.. own.Select((leaf, i) => leaf with { Gradient = buffers[i].Wire })],
            worker => buffers[worker - owned.First],
            SerialLoop.Run);
    }

    private static GradientNode[] Gradients(int length, int seed)
    {
        var random = new Random(seed);
        return
        [
            .. Enumerable.Range(0, Workers).Select(worker =>
            {
                float[] values = [.. Enumerable.Range(0, length).Select(_ => MathF.ScaleB(random.NextSingle() - 0.5f, random.Next(-20, 20)))];
                return new GradientNode(worker, worker + 1, new ParameterVector(values), new StepTotals(random.NextDouble(), worker, worker + 1, worker + 1));
            }),
        ];
    }

    private static LocalWorkers MakeWorkers(IWorkerGrain grain)
    {
        var images = new ImageSet(new byte[Workers * Recipe.Sample.Pixels], new ushort[Workers], Recipe.Sample);
        return new LocalWorkers(new WorkerInputs(Setup, images, new FlatVector(Setup.Model.Layout.Length), IsShared: false), [grain, grain]);
    }

    private sealed class CountingGrain : IWorkerGrain
    {
        public Action Activated { get; set; } = () => { };

        public int Activations { get; private set; }

        public ValueTask Activate()
        {
            Activations++;
            Activated();
            return ValueTask.CompletedTask;
        }
    }

    private sealed class StubWorker : IWorker
    {
        public int Dismissals { get; private set; }

        public FlatVector Gradient => throw new NotSupportedException();

        public GradientNode Compute(long step, string? traceParent) => throw new NotSupportedException();

        public void ReplaceBuffers() => throw new NotSupportedException();

        public void Dismiss() => Dismissals++;
    }
}
