using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Grains.ParameterServers;
using Mnist.Distributed.Grains.Replicas;
using Mnist.Distributed.Tests.Grains.ParameterServers;
using Mnist.Distributed.Training.Data;
using Mnist.Distributed.Training.Models;
using Mnist.Distributed.Training.State;
using Mnist.Distributed.Training.Summation;

using Xunit;

namespace Mnist.Distributed.Tests.Grains.Replicas;

public sealed class WorkerGradientsTests
{
    private const int Workers = 7;

    private static readonly TrainingPlan Plan = new() { Model = "mlp", Hidden = 1, Workers = Workers, BatchSize = Workers, Samples = Workers };

    private static readonly ImageSet Images = new(new byte[Workers * ImageSet.Pixels], new byte[Workers]);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(Workers)]
    public void Replicas_and_server_sum_to_the_bits_of_one_place(int silos)
    {
        var silosGradients = Enumerable.Range(0, silos).Select(_ => MakeGradients()).ToArray();
        var sum = new StepSum(Workers);
        for (var step = 0; step < 3; step++)
        {
            var leaves = Gradients(Model.Of(Plan).Layout.Length, step);
            var whole = Shares.Sum(leaves, new WorkerRange(0, Workers));

            var update = sum.Complete(step, [.. silosGradients.SelectMany((gradients, silo) => Collapse(gradients, Division.Block(Workers, silo, silos), leaves))]);

            Assert.Equal(whole.Totals, update.Totals);
            Assert.Equal(Shares.Bits(whole.Gradient), Shares.Bits(update.Gradient));
        }

        Array.ForEach(silosGradients, gradients => gradients.ReplaceBuffers());
    }

    [Fact]
    public void A_silo_without_workers_has_no_share() => Assert.Empty(MakeGradients().Collapse(new WorkerRange(3, 3), []));

    /// <summary>Lets the silo's workers "compute" the given gradients where they would compute their own.</summary>
    private static IReadOnlyList<GradientNode> Collapse(WorkerGradients gradients, (int First, int End) owned, GradientNode[] leaves) => gradients.Collapse(
        new WorkerRange(owned.First, owned.End),
        Array.ConvertAll(leaves[owned.First..owned.End], leaf =>
        {
            var gradient = gradients.ComputationOf(leaf.FirstWorker).Gradient;
            leaf.Gradient.Span.CopyTo(gradient.Span);
            return leaf with { Gradient = gradient.Wire };
        }));

    private static GradientNode[] Gradients(int length, int seed)
    {
        var random = new Random(seed);
        return
        [
            .. Enumerable.Range(0, Workers).Select(worker =>
            {
                float[] values = [.. Enumerable.Range(0, length).Select(_ => MathF.ScaleB(random.NextSingle() - 0.5f, random.Next(-20, 20)))];
                return new GradientNode(worker, worker + 1, new ParameterVector(values), new StepTotals(random.NextDouble(), worker, worker + 1));
            }),
        ];
    }

    private static WorkerGradients MakeGradients() => new(Plan, Images, new FlatVector(Model.Of(Plan).Layout.Length), SerialLoop.Run, new GradientMemory(IsShared: true));
}
