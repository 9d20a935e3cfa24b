using System.Text.Json;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Coordinator.Runs;
using Mnist.Distributed.Coordinator.Terminal;

namespace Mnist.Distributed.Coordinator.Commands.Runs;

/// <summary>What is known of a run, from its folder, from its cluster, or from both.</summary>
/// <param name="RunId">Its id.</param>
/// <param name="Status">Its status.</param>
/// <param name="Plan">Its plan, as JSON; null if it is not known.</param>
/// <param name="Metric">Its metric.</param>
/// <param name="Epochs">Its completed epochs.</param>
internal sealed record KnownRun(string RunId, RunStatus Status, JsonElement? Plan, Metric Metric, IReadOnlyList<EpochMetrics> Epochs)
{
    /// <summary>Name, tags, notes and sweep.</summary>
    public RunLabels Labels { get; init; } = RunLabels.None;

    /// <summary>Why it ended; null if there is nothing to say.</summary>
    public string? Message { get; init; }

    /// <summary>The time (UTC) of its start; null if it is not known.</summary>
    public DateTime? StartedAt { get; init; }

    /// <summary>The time (UTC) of its end; null while it goes on.</summary>
    public DateTime? EndedAt { get; init; }

    /// <summary>The folder with its results; null if none is known.</summary>
    public string? Folder { get; init; }

    /// <summary>The name of the cluster that has its record, as its folder says.</summary>
    public string? ClusterName { get; init; }

    /// <summary>The cluster that has answered for it; null if none has.</summary>
    public RunCluster? Cluster { get; init; }

    /// <summary>SHA-256 of its file of weights; null if it is not known.</summary>
    public string? WeightsSha256 { get; init; }

    /// <summary>Whether a process of this machine trains the run in its folder.</summary>
    public bool HasOwnProcess { get; init; }

    /// <summary>Whether the run trains, or waits for its turn.</summary>
    public bool GoesOn => Status is RunStatus.Running or RunStatus.Queued;

    /// <summary>The epoch with the best test metric; null if there is no epoch.</summary>
    public EpochMetrics? Best => BestEpoch.Of(Metric, [.. Epochs.Select(epoch => epoch.TestMetric)]) is > 0 and var best ? Epochs[best - 1] : null;

    /// <summary>The newest epoch; null if there is none.</summary>
    public EpochMetrics? Last => Epochs.Count > 0 ? Epochs[^1] : null;

    /// <summary>The run in a folder.</summary>
    public static KnownRun Of(LocalRun run)
    {
        var stored = run.Stored;
        var metric = stored.Metric;
        var status = Enum.TryParse<RunStatus>(stored.Status, ignoreCase: true, out var known) ? known : RunStatus.Unknown;
        return new KnownRun(run.RunId, status, stored.Plan, metric, StoredEpochs.In(run.Folder, metric))
        {
            Labels = stored.Labels,
            Message = stored.Message,
            StartedAt = stored.StartedAt ?? NewId.TimeOf(run.RunId),
            EndedAt = status is RunStatus.Running or RunStatus.Queued ? null : stored.EndedAt ?? File.GetLastWriteTimeUtc(Path.Combine(run.Folder, StoredRun.Name)),
            Folder = run.Folder,
            ClusterName = stored.Cluster,
            WeightsSha256 = stored.WeightsSha256,
            HasOwnProcess = stored.Process is { IsAlive: true },
        };
    }

    /// <summary>The run on a cluster.</summary>
    public static KnownRun Of(RunDescription run, RunCluster? cluster) => new(
        run.RunId,
        run.Status,
        run.Plan is null ? null : JsonSerializer.Deserialize<JsonElement>(Json.ToLine(run.Plan)),
        run.Plan?.Metric ?? Metric.Accuracy,
        run.Epochs)
    {
        Labels = run.Options.Labels,
        Message = run.Message,
        StartedAt = run.StartedAt ?? NewId.TimeOf(run.RunId),
        EndedAt = run.EndedAt,
        ClusterName = cluster?.Name,
        Cluster = cluster,
    };

    /// <summary>
    /// The time from the start to the end, or until now; null if it is not known.
    /// </summary>
    /// <param name="now">The time (UTC).</param>
    public TimeSpan? Duration(DateTime now) => Status == RunStatus.Queued || StartedAt is not { } start ? null
        : (GoesOn ? now : EndedAt) is { } end && end >= start ? end - start
        : null;

    /// <summary>A value of the plan as text; null if it is not known.</summary>
    /// <param name="field">Its name in JSON.</param>
    public string? Planned(string field) => Plan is { } plan && plan.TryGetProperty(field, out var value) && value.ValueKind is JsonValueKind.String or JsonValueKind.Number
        ? value.ToString()
        : null;
}
