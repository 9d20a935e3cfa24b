using System.Runtime.InteropServices;

using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Grains.Compute;
using Mnist.Distributed.Tests.Training.Data;
using Mnist.Distributed.Training;

using TorchSharp;

using Xunit;

namespace Mnist.Distributed.Tests.Training.Gradients;

/// <summary>
/// Compute threads train while another thread allocates and collects garbage without a pause. If
/// the collector freed a tensor or scalar that native code still uses, the process would crash, or
/// the bytes would differ from those of a training without that thread.
/// </summary>
[Collection(nameof(AloneInTheProcess))]
public sealed class CollectionStressTests(ITestOutputHelper output)
{
    private const int Epochs = 20;
    private const int WarmUp = 5;

    /// <summary>
    /// The tolerance in bytes: the size of the heap varies by a few megabytes. If each worker
    /// leaked one hidden activation of its 10 samples at each step, that would be 24 MB in the MLP
    /// and 300 MB in the CNN's first convolution.
    /// </summary>
    private const long Breath = 12L << 20;

    /// <summary>
    /// The heap of libtorch's convolutions settles after some 50 epochs; a leak does not.
    /// </summary>
    private const int MostRepeats = 5;

    [LongTheory]
    [InlineData("mlp", 390)]
    [InlineData("cnn", 190)]
    [InlineData("resnet", 190)]
    public async Task Training_is_not_disturbed_by_garbage_collections(string model, int samples)
    {
        var plan = new TrainingPlan
        {
            Model = model,
            ModelSettings = PlanSettings.OfModel(model, 1_000),
            Workers = 4,
            Samples = samples,
            BatchSize = 40,
            Epochs = Epochs,
            OptimizerSettings = PlanSettings.Sgd(0.9f),
            Seed = 2,
        };
        byte[] expected = TrainQuietly(plan);
        using var pool = new ComputePool(plan.Workers);
        using var trainer = new PooledTrainer(plan, Digits.Synthetic.Train.First(plan.Samples), pool);
        using var collector = new Collector();

        await trainer.TrainAsync(WarmUp);
        long tensors = torch.Tensor.TotalCount;
        long growth = await Growth();
        Assert.Equal(expected, MemoryMarshal.AsBytes(trainer.State.Parameters.Span).ToArray());
        for (var repeat = 0; growth > Breath && repeat < MostRepeats; repeat++)
        {
            growth = await Growth();
        }

        Assert.Equal(tensors, torch.Tensor.TotalCount);
        Assert.InRange(growth, long.MinValue, Breath);

        async Task<long> Growth()
        {
            long memory = Environment.WorkingSet;
            await trainer.TrainAsync(Epochs - WarmUp);
            long more = Environment.WorkingSet - memory;
            output.WriteLine($"{collector.Collections} collections; {more / 1024.0 / 1024:F1} MB more after {Epochs - WarmUp} epochs");
            return more;
        }
    }

    private static byte[] TrainQuietly(TrainingPlan plan)
    {
        using var trainer = new PlainTrainer(plan, Digits.Synthetic);
        trainer.Train();
        return MemoryMarshal.AsBytes(trainer.State.Parameters.Span).ToArray();
    }
}
