using System.Numerics.Tensors;
using CsCheck;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Grains.Replicas.Slices;
using Mnist.Distributed.Training.Summation;
using Xunit;

namespace Mnist.Distributed.Tests.Grains.Replicas.Slices;

/// <summary>The sum in slices and in parts has the same bits as the sum of whole vectors.</summary>
public sealed class SliceSumProperties
{
    private const int Length = 100;

    private static readonly Gen<(int Workers, int Slices, int[] Cuts, int Seed)> Cases = Gen.Select(
        Gen.Int[1, 20], Gen.Int[1, 9], Gen.Int[0, 20].Array[0, 6], Gen.Int, (workers, slices, cuts, seed) => (workers, slices, cuts, seed));

    [Fact]
    public void Slices_and_parts_change_no_bit() => Cases.Sample(given =>
    {
        var random = new Random(given.Seed);
        var leaves = Enumerable.Range(0, given.Workers).Select(worker => new GradientNode(worker, worker + 1, Vector(random), new StepTotals(worker / 3.0, worker, 1, 1))).ToArray();
        var expected = SummationTree.Sum(new WorkerRange(0, given.Workers), node => node.Count == 1 ? leaves[node.First] : null, Add);

        var joined = new float[Length];
        for (var slice = 0; slice < given.Slices; slice++)
        {
            var elements = VectorSlice.Of(Length, slice, given.Slices);
            int[] ends = [0, .. given.Cuts.Where(cut => cut < given.Workers).Order(), given.Workers];
            var parts = ends.Zip(ends.Skip(1)).Where(part => part.First < part.Second).SelectMany(part => new SliceSum(given.Workers).Of(
                0, slice, [.. leaves[part.First..part.Second].Select(leaf => leaf with { Gradient = leaf.Gradient.Slice(elements) })]));
            var root = Assert.Single(new SliceSum(given.Workers).Of(0, slice, [.. parts]));
            Assert.Equal((0, given.Workers, expected.Totals), (root.FirstWorker, root.EndWorker, root.Totals));
            root.Gradient.Span.CopyTo(joined.AsSpan(elements));
        }

        return joined.AsSpan().SequenceEqual(expected.Gradient.Span);
    });

    [Fact]
    public void Slices_cover_a_vector_once() => Gen.Select(Gen.Int[0, 1000], Gen.Int[1, 64]).Sample((length, slices) =>
        Enumerable.Range(0, slices).SelectMany(slice => Enumerable.Range(0, length).Take(VectorSlice.Of(length, slice, slices))).SequenceEqual(Enumerable.Range(0, length)));

    /// <summary>
    /// The first answer may still be on its way when the step is requested again.
    /// </summary>
    [Fact]
    public void A_step_that_is_summed_again_leaves_the_first_sum_alone()
    {
        var random = new Random(1);
        GradientNode[] leaves = [new(0, 1, Vector(random), default), new(1, 2, Vector(random), default)];
        var sums = new SliceSum(2);
        var first = sums.Of(5, 0, leaves)[0].Gradient;
        Assert.False(first.Span.Overlaps(sums.Of(5, 0, leaves)[0].Gradient.Span));

        var next = sums.Of(6, 0, leaves)[0].Gradient;
        sums.ReplaceBuffers();
        Assert.False(next.Span.Overlaps(sums.Of(7, 0, leaves)[0].Gradient.Span));
    }

    private static GradientNode Add(GradientNode left, GradientNode right)
    {
        var sum = new float[Length];
        TensorPrimitives.Add(left.Gradient.Span, right.Gradient.Span, sum);
        return new GradientNode(left.FirstWorker, right.EndWorker, new ParameterVector(sum), left.Totals + right.Totals);
    }

    private static ParameterVector Vector(Random random) =>
        new(Enumerable.Range(0, Length).Select(_ => MathF.ScaleB(random.NextSingle() - 0.5f, random.Next(-20, 20))).ToArray());
}
