using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Coordinator.Clusters;
using Mnist.Distributed.Coordinator.Terminal;
using static Mnist.Distributed.Contracts.InvalidInputException;

namespace Mnist.Distributed.Coordinator.Commands.Runs;

/// <summary>A run that is to be deleted.</summary>
/// <param name="RunId">Its id.</param>
/// <param name="Folder">The folder with its files; null for none.</param>
/// <param name="Cluster">The cluster that has its record; null if none has.</param>
internal sealed record DoomedRun(string RunId, string? Folder, RunCluster? Cluster)
{
    /// <summary>
    /// The bytes that it takes, as far as they can be known: those of a record in the store of
    /// another machine cannot.
    /// </summary>
    public long Bytes => (Folder is null ? 0 : RunFiles.Bytes(RunFiles.In(Folder))) + (Cluster?.Measured?.BytesOf(RunId) ?? 0);

    /// <summary>Where it is, in words.</summary>
    public string Where => string.Join(" and ", ((string?[])[Folder, Cluster is null ? null : $"cluster {Cluster.Name}"]).OfType<string>());

    /// <summary>Checks that the run can be deleted.</summary>
    /// <param name="clusters">The connections.</param>
    /// <returns>The run, without a cluster that does not know it.</returns>
    /// <exception cref="InvalidInputException">
    /// The run trains, or its cluster does not answer. The message says which.
    /// </exception>
    public async Task<DoomedRun> Checked(OpenClusters clusters)
    {
        if (Folder is not null)
        {
            var stored = Coordinator.Runs.StoredRun.In(Folder);
            var process = stored?.Process;
            Require(process is not { IsAlive: true }, $"Run {RunId} {(stored is { IsQueued: true } ? "waits for its turn" : "trains")} in process {process?.Pid}: stop it with 'mnist runs stop {RunId}' first.");
            Require(new DirectoryInfo(Folder).LinkTarget is null, $"{Printable.Of(Folder)} is a link, and no link is followed: name the folder that it points to.");
        }

        if (Cluster is null)
        {
            return this;
        }

        var run = await RetryingCall.Ask((await clusters.Grains(Cluster)).GetGrain<ITrainingRunGrain>(RunId).Describe);
        Require(run.Status != RunStatus.Running, $"Run {RunId} is running: stop it with 'mnist runs stop {RunId} {Cluster.Options}' first.");
        return run.Status == RunStatus.Unknown ? this with { Cluster = null } : this;
    }

    /// <summary>Deletes the run: the record of its cluster first, then its files.</summary>
    /// <param name="clusters">The connections.</param>
    /// <returns>The names of what stays in its folder, because no run has written it.</returns>
    /// <exception cref="InvalidInputException">The run trains, or cannot be deleted.</exception>
    public async Task<IReadOnlyList<string>> Delete(OpenClusters clusters)
    {
        SlowWork.Is($"deleting run {RunId}");
        if (Cluster is not null)
        {
            var grain = (await clusters.Grains(Cluster)).GetGrain<ITrainingRunGrain>(RunId);
            await RetryingCall.Do(() => DeleteRecord(grain));
        }

        return Folder is null ? [] : RunFiles.Delete(Folder);
    }

    /// <summary>A repeated call may find that an earlier one has deleted the record.</summary>
    private static async Task DeleteRecord(ITrainingRunGrain grain)
    {
        try
        {
            await grain.Delete();
        }
        catch (InvalidInputException)
        {
            if ((await grain.Describe()).Status != RunStatus.Unknown)
            {
                throw;
            }
        }
    }
}
