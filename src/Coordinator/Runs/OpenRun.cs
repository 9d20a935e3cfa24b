using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Coordinator.Clusters;
using Mnist.Distributed.Coordinator.Terminal;
using Mnist.Distributed.Training.Catalogue;
using static Mnist.Distributed.Contracts.InvalidInputException;

namespace Mnist.Distributed.Coordinator.Runs;

/// <summary>
/// A run whose record is open: through the cluster that has it, or through a silo in this process
/// for a record in a folder.
/// </summary>
/// <param name="connection">The connection to the silo.</param>
/// <param name="found">Where the run is.</param>
/// <param name="description">Its description.</param>
/// <param name="catalogue">The catalogue of the names in its plan.</param>
internal sealed class OpenRun(TrainingCluster connection, FoundRun found, RunDescription description, TrainingCatalogue catalogue) : IAsyncDisposable
{
    /// <summary>Where the run is.</summary>
    public FoundRun Found => found;

    /// <summary>The grains of its cluster.</summary>
    public IGrainFactory Grains => connection.Grains;

    /// <summary>The run grain.</summary>
    public ITrainingRunGrain Grain => connection.Grains.GetGrain<ITrainingRunGrain>(found.RunId);

    /// <summary>The description in its record.</summary>
    public RunDescription Description => description;

    /// <summary>The catalogue of the names in its plan.</summary>
    public TrainingCatalogue Catalogue => catalogue;

    /// <summary>Id, plan and place of the run.</summary>
    public RunIdentity Identity => IdentityAt(found.Home) with { EndedAt = description.EndedAt };

    /// <summary>Id and plan of the run, at a place; null for this process.</summary>
    public RunIdentity IdentityAt(ClusterPlace? place) => new(description.RunId, description.Plan!, place, catalogue) { Labels = description.Options.Labels, StartedAt = description.StartedAt };

    /// <summary>Opens a run.</summary>
    /// <param name="found">The run.</param>
    /// <param name="catalogue">The catalogue of the names in its plan.</param>
    /// <exception cref="InvalidInputException">
    /// The cluster cannot be reached, or there is no record that can be read.
    /// </exception>
    public static async Task<OpenRun> Open(FoundRun found, TrainingCatalogue catalogue)
    {
        var connection = found.Home is { } home ? await home.Connect() : await OpenFolder(found, catalogue);
        try
        {
            SlowWork.Is("asking for the run");
            var description = await RetryingCall.Ask(connection.Grains.GetGrain<ITrainingRunGrain>(found.RunId).Describe);
            if (found.Home is { } place)
            {
                Require(description.Status != RunStatus.Unknown, $"Cluster {place.Cluster} has no run {found.RunId}: 'mnist runs list {place.Options}' names those it has.");
                Require(description.Status != RunStatus.Damaged, $"Run {found.RunId} of cluster {place.Cluster} cannot be read ({description.Message}): start it again.");
            }
            else
            {
                Require(description.Status != RunStatus.Damaged, $"The record of the run in {found.Folder} cannot be read ({description.Message}): start it again.");
                Require(description.Status != RunStatus.Unknown, $"The run in {found.Folder} has not begun to train: start it again.");
                if (StoredRun.In(found.Folder!)?.Process is { IsAlive: true } && description.Status == RunStatus.Interrupted)
                {
                    // Its silo is in another process, so this one cannot see it.
                    description = description with { Status = RunStatus.Running, Message = null };
                }
            }

            return new OpenRun(connection, found, description, catalogue);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// Checks that this program can write the weights of the run.
    /// </summary>
    /// <exception cref="InvalidInputException">This program lacks what the plan names.</exception>
    public void CheckModels() => _ = catalogue.Complete(description.Plan!);

    /// <inheritdoc />
    public ValueTask DisposeAsync() => connection.DisposeAsync();

    private static Task<TrainingCluster> OpenFolder(FoundRun found, TrainingCatalogue catalogue)
    {
        Require(
            found.Folder is null || StoredRun.In(found.Folder) is not { IsQueued: true, Process.IsAlive: true },
            $"Run {found.RunId} waits for its turn: 'mnist runs watch {found.Words}' shows when it begins.");
        Require(
            found.Folder is null || StoredRun.In(found.Folder) is not { HasEndedUnnoticed: true } || RecordFolder.Holds(found.Folder, found.RunId),
            $"Run {found.RunId} ended before it began to train: start it again.");
        Require(
            found.Folder is { } folder && RecordFolder.Holds(folder, found.RunId),
            $"The folder {found.Folder} has no record of run {found.RunId}: only its results are left.");
        SlowWork.Is("reading the record of the run");
        return InProcessCluster.Start(computeThreads: 1, catalogue, RecordFolder.Of(found.Folder!, found.RunId));
    }
}
