using Mnist.Distributed.Contracts.Sweeps;
using Mnist.Distributed.Coordinator.Clusters;
using Mnist.Distributed.Coordinator.Runs;
using Mnist.Distributed.Coordinator.Sweeps;
using Mnist.Distributed.Training.Catalogue;

namespace Mnist.Distributed.Coordinator.Commands.Sweep;

/// <summary>A sweep that trains in this process, with its records in its folder.</summary>
internal static class InProcessSweep
{
    /// <summary>Takes the records for this process, until the result is disposed of.</summary>
    /// <param name="folder">The folder of the sweep.</param>
    /// <param name="sweepId">The sweep.</param>
    /// <param name="trials">The number of its trials.</param>
    /// <exception cref="Contracts.InvalidInputException">
    /// Another process has the records, or the folder cannot be written.
    /// </exception>
    public static IDisposable Take(string folder, string sweepId, int trials)
    {
        var taken = RecordFolder.Take(folder, "sweep", StoredSweep.In(folder)?.Process);
        RecordFolder.Clear(folder, sweepId);
        for (var number = 1; number <= trials; number++)
        {
            RecordFolder.Make(Path.Combine(folder, SweepDescription.RunIdOf(sweepId, number)));
        }

        return taken;
    }

    /// <summary>Starts a silo in this process.</summary>
    /// <param name="folder">The folder of the sweep.</param>
    /// <param name="sweepId">The sweep.</param>
    /// <param name="data">The data sets.</param>
    /// <param name="threads">Compute threads; null for as many as processors.</param>
    /// <param name="catalogue">The models, losses and optimizers.</param>
    public static Task<TrainingCluster> Open(string folder, string sweepId, SweepData data, int? threads, TrainingCatalogue catalogue) =>
        InProcessCluster.Start(data.Store, threads ?? Environment.ProcessorCount, catalogue, RecordFolder.OfSweep(folder, sweepId));
}
