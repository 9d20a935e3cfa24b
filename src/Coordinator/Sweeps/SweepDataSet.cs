using System.Text.Json;
using Mnist.Distributed.Contracts.Data;
using Mnist.Distributed.Contracts.Plans;

namespace Mnist.Distributed.Coordinator.Sweeps;

/// <summary>A data set of the trials of a sweep, and where it was read.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Folder">Its folder; null for the usual ones.</param>
/// <param name="ImageSize">The size of its images; null as they are.</param>
/// <param name="Digest">The digest of its content.</param>
internal sealed record SweepDataSet(string Name, string? Folder, ImageSize? ImageSize, string Digest)
{
    /// <summary>The data set of a plan.</summary>
    public static SweepDataSet Of(TrainingPlan plan) => new(plan.DataSet, plan.DataFolder, plan.ImageSize, plan.DataDigest);

    /// <summary>The entry for <c>sweep.json</c>.</summary>
    public object Document => new { Name, Folder, ImageSize = ImageSize?.ToString(), Digest };

    /// <summary>Reads an entry of <c>sweep.json</c>.</summary>
    public static SweepDataSet Read(JsonElement entry) => new(
        entry.GetProperty("name").GetString()!,
        entry.GetProperty("folder").GetString(),
        entry.GetProperty("image_size").GetString() is { } size ? Contracts.Data.ImageSize.Parse(size) : null,
        entry.GetProperty("digest").GetString()!);
}
