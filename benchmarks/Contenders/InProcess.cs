using System.Diagnostics;
using System.Text.Json;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Coordinator.Clusters;
using Mnist.Distributed.Coordinator.Runs;
using Mnist.Distributed.Training.Catalogue;
using Mnist.Distributed.Training.Data;

namespace Mnist.Distributed.Benchmarks.Contenders;

/// <summary>
/// Trains on one silo in this process, as <c>mnist train</c> does, and measures the memory that the
/// run takes.
/// </summary>
internal static class InProcess
{
    private const int Batch = 30;

    private static readonly JsonSerializerOptions Lines = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>Trains and prints one JSON line for each epoch.</summary>
    public static async Task Run(string model, DataSet data, int count, int epochs, int workers)
    {
        await foreach (var epoch in Train(model, data, count, epochs, workers))
        {
            Console.WriteLine(JsonSerializer.Serialize(epoch, Lines));
        }
    }

    /// <summary>Trains and returns the cost of each epoch.</summary>
    public static async IAsyncEnumerable<EpochCost> Train(string model, DataSet data, int count, int epochs, int workers)
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
        await using var cluster = await InProcessCluster.Start(data, Math.Min(workers, Environment.ProcessorCount), TrainingCatalogue.Standard);
        var run = cluster.Grains.GetGrain<ITrainingRunGrain>("benchmark");
        await run.Start(plan, new RunOptions(), null, null);
        var (bytes, collections) = (GC.GetTotalAllocatedBytes(), GC.CollectionCount(0));
        await foreach (var happened in RunFollower.Follow(run, Console.Error.WriteLine))
        {
            if (happened is RunEvent.EpochCompleted { Metrics: var epoch })
            {
                var (bytesNow, collectionsNow) = (GC.GetTotalAllocatedBytes(), GC.CollectionCount(0));
                yield return new EpochCost(
                    "epoch",
                    epoch.ImagesPerSecond,
                    (bytesNow - bytes) / plan.StepsPerEpoch,
                    collectionsNow - collections,
                    Process.GetCurrentProcess().WorkingSet64 / 1_000_000);
                (bytes, collections) = (bytesNow, collectionsNow);
            }
        }
    }
}

/// <summary>The cost of one epoch of a run in this process.</summary>
/// <param name="Event">Always "epoch".</param>
/// <param name="ImagesPerSecond">Training images per second.</param>
/// <param name="AllocatedBytesPerStep">
/// Managed bytes per step, with those of the epoch's evaluation and checkpoint.
/// </param>
/// <param name="Collections">Number of garbage collections.</param>
/// <param name="ResidentMegabytes">Resident memory in MB at the end of the epoch.</param>
internal sealed record EpochCost(string Event, double ImagesPerSecond, long AllocatedBytesPerStep, int Collections, long ResidentMegabytes);
