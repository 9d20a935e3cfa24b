using Mnist.Distributed.Coordinator.Clusters;
using Mnist.Distributed.Coordinator.Runs;

namespace Mnist.Distributed.Coordinator.Sweeps;

/// <summary>A sweep that a user has named, and where it is.</summary>
/// <param name="SweepId">Its id.</param>
/// <param name="Stored">Its description in a folder; null if no folder is known.</param>
/// <param name="Home">The cluster that has it; null if it is in the folder.</param>
internal sealed record FoundSweep(string SweepId, StoredSweep? Stored, ClusterPlace? Home)
{
    /// <summary>The words that name the sweep in another command.</summary>
    public string Words => WordsOf(SweepId, Stored?.Folder, Home);

    /// <summary>The words that name a sweep in a folder, or of a cluster.</summary>
    public static string WordsOf(string sweepId, string? folder, ClusterPlace? home) =>
        home is not null ? $"{sweepId} {home.Options}" : FoundRun.WordsOf(sweepId, folder!);
}
