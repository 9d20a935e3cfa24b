using System.Diagnostics;
using System.Text.Json;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Coordinator.Clusters;
using Mnist.Distributed.Coordinator.Runs;
using Mnist.Distributed.Training.Data;

namespace Mnist.Distributed.Benchmarks.Contenders;

/// <summary>A run on one silo in this process, as <c>mnist train</c> does it, with what it costs in memory.</summary>
internal static class InProcess
{
    private const int Batch = 30;

    /// <summary>Trains and prints a JSON line an epoch.</summary>
    public static async Task Run(string model, DataSet data, int count, int epochs, int workers)
    {
        var plan = new TrainingPlan
        {
            Model = model,
            DataSet = data.Name,
            DataDigest = data.Digest,
            Workers = workers,
            BatchSize = workers * Batch,
            Epochs = epochs,
            Samples = count,
            TestSamples = data.Test.Count,
        };
        await using var cluster = await InProcessCluster.Start(data, Math.Min(workers, Environment.ProcessorCount));
        var run = cluster.Grains.GetGrain<ITrainingRunGrain>("benchmark");
        await run.Start(plan, new RunOptions(), null, null);
        var (bytes, collections) = (GC.GetTotalAllocatedBytes(), GC.CollectionCount(0));
        await foreach (var happened in RunFollower.Follow(run, Console.Error.WriteLine))
        {
            if (happened is RunEvent.EpochCompleted { Metrics: var epoch })
            {
                var (bytesNow, collectionsNow) = (GC.GetTotalAllocatedBytes(), GC.CollectionCount(0));
                Console.WriteLine(JsonSerializer.Serialize(new
                {
                    @event = "epoch",
                    images_per_second = epoch.ImagesPerSecond,
                    allocated_bytes_per_step = (bytesNow - bytes) / plan.StepsPerEpoch,
                    collections = collectionsNow - collections,
                    resident_megabytes = Process.GetCurrentProcess().WorkingSet64 / 1_000_000,
                }));
                (bytes, collections) = (bytesNow, collectionsNow);
            }
        }
    }
}
