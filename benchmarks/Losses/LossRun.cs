using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Coordinator.Clusters;
using Mnist.Distributed.Coordinator.Commands.Options;
using Mnist.Distributed.Coordinator.Runs;
using Mnist.Distributed.Training.Catalogue;
using Mnist.Distributed.Training.Data;
using Mnist.Distributed.Training.Losses;

namespace Mnist.Distributed.Benchmarks.Losses;

/// <summary>Trains a loss on one silo in this process, with two workers.</summary>
internal static class LossRun
{
    /// <summary>The plan of a loss with the defaults of a task.</summary>
    public static TrainingPlan PlanOf(string loss, LossUse use, DataSet data) =>
        TrainingCatalogue.Standard.Complete(DataSource.Use(use.In(new() { Samples = data.Train.Count }, loss), data, folder: null));

    /// <summary>Trains a plan to its end.</summary>
    /// <returns>The state at the end.</returns>
    /// <exception cref="InvalidOperationException">The run has failed.</exception>
    public static async Task<TrainingState> Train(TrainingPlan plan, DataSet data)
    {
        await using var cluster = await InProcessCluster.Start(data, Environment.ProcessorCount, TrainingCatalogue.Standard);
        var run = cluster.Grains.GetGrain<ITrainingRunGrain>("losses");
        await run.Start(plan, new RunOptions(), null, null);
        await foreach (var happened in RunFollower.Follow(run, Console.Error.WriteLine))
        {
            if (happened is RunEvent.Ended { Status: not RunStatus.Completed } ended)
            {
                throw new InvalidOperationException($"The run of {plan.Loss} on {plan.Task} is {ended.Status}: {ended.Message}");
            }
        }

        return (await run.GetState())!;
    }
}
