using System.Runtime.InteropServices;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Coordinator.Clusters;
using Mnist.Distributed.Coordinator.Commands.Options;
using Mnist.Distributed.Tests.Training.Data;
using Mnist.Distributed.Training;
using Mnist.Distributed.Training.Catalogue;
using Mnist.Distributed.Training.Models;
using Mnist.Distributed.Training.Models.Torch;
using Xunit;
using static TorchSharp.torch;

namespace Mnist.Distributed.Tests.Training.Models.Torch;

/// <summary>A run of a module ends with the plain trainer's bytes, or says why it cannot.</summary>
public sealed class ModuleRunTests
{
    private static readonly TrainingPlan Plan = DataSource.Use(
        new() { Model = "resnet", Samples = 130, BatchSize = 40, Workers = 3, Epochs = 2, OptimizerSettings = PlanSettings.Sgd(0.9f), Seed = 3 },
        Digits.Synthetic,
        folder: null);

    [Fact]
    public async Task Workers_on_threads_of_their_own_give_the_bytes_of_one_thread()
    {
        using var trainer = new PlainTrainer(Plan, Digits.Synthetic);
        trainer.Train();

        var (run, state) = await Train(Plan, TrainingCatalogue.Standard);

        Assert.Equal((RunStatus.Completed, null), (run.Status, run.Message));
        Assert.Equal(
            MemoryMarshal.AsBytes(trainer.State.Parameters.Span).ToArray(), MemoryMarshal.AsBytes(state!.Parameters.Span).ToArray());
    }

    /// <summary>
    /// The probe cannot know every batch. A failure in a step is the same on every silo, so the run
    /// ends with it, and no silo is asked again and again.
    /// </summary>
    [Fact]
    public async Task A_module_that_fails_in_a_step_ends_the_run_with_its_reason()
    {
        var catalogue = new TrainingCatalogue
        {
            Models = [TorchModel.Define("fussy", (_, shape) => new FussyModule(shape))],
            Losses = TrainingCatalogue.Standard.Losses,
            Optimizers = TrainingCatalogue.Standard.Optimizers,
        };

        var (run, _) = await Train(catalogue.Complete(Plan with { Model = "fussy" }), catalogue);

        Assert.Equal(RunStatus.Failed, run.Status);
        Assert.Equal("The model fussy failed in forward (it wants 13 or 14 samples, or 3): correct the module.", run.Message);
    }

    private static async Task<(RunDescription Run, TrainingState? State)> Train(TrainingPlan plan, TrainingCatalogue catalogue)
    {
        await using var cluster = await InProcessCluster.Start(Digits.Synthetic, computeThreads: 2, catalogue);
        var run = cluster.Grains.GetGrain<ITrainingRunGrain>("module");
        await run.Start(catalogue.Complete(plan), new RunOptions(), null, null);
        var cursor = default(RunCursor);
        while (!cursor.Ended)
        {
            cursor = (await run.Watch(cursor)).Next;
        }

        return (await run.Describe(), await run.GetState());
    }

    /// <summary>The last batch of an epoch has 10 samples, of which a worker gets 3 or 4.</summary>
    private sealed class FussyModule(ModelShape shape) : LinearModule(shape)
    {
        public override Tensor forward(Tensor input) => input.shape[0] is 13 or 14 or 3 || !training
            ? base.forward(input)
            : throw new InvalidOperationException("it wants 13 or 14 samples, or 3");
    }
}
