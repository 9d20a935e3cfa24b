using System.Text.Json;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Contracts.Sweeps;
using Mnist.Distributed.Coordinator.Runs;
using Mnist.Distributed.Hosting.Processes;
using Mnist.Distributed.Reports.Sweeps;

namespace Mnist.Distributed.Coordinator.Sweeps;

/// <summary>The sweep in a folder, as its <c>sweep.json</c> describes it.</summary>
/// <param name="Folder">The folder.</param>
/// <param name="Results">What the sweep has brought.</param>
/// <param name="Cluster">The cluster of the sweep; null for a process of its own.</param>
/// <param name="Process">The process that trains it; null if none is noted.</param>
/// <param name="Data">The data sets of its trials.</param>
internal sealed record StoredSweep(string Folder, SweepResults Results, string? Cluster, ProcessIdentity? Process, IReadOnlyList<SweepDataSet> Data)
{
    /// <summary>The name of the description.</summary>
    public const string Name = LocalRuns.SweepDescription;

    /// <summary>Whether a process trains the sweep now.</summary>
    public bool IsTraining => Process is { IsAlive: true };

    /// <summary>
    /// What the sweep has brought. A sweep whose process has ended without noting it was
    /// interrupted.
    /// </summary>
    public SweepResults Current => Results.Status == RunStatus.Running && Process is { IsAlive: false }
        ? Results with { Status = RunStatus.Interrupted, Message = "its process has ended" }
        : Results;

    /// <summary>Reads the description in a folder.</summary>
    /// <returns>Null if there is none, or it cannot be read.</returns>
    public static StoredSweep? In(string folder)
    {
        try
        {
            return Read(folder, JsonSerializer.Deserialize<JsonElement>(File.ReadAllBytes(Path.Combine(folder, Name))));
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException
            or JsonException or InvalidOperationException or FormatException or KeyNotFoundException)
        {
            return null;
        }
    }

    /// <summary>The sweeps in the subfolders of a folder, oldest first.</summary>
    /// <param name="folder">The folder; it may not exist.</param>
    public static IReadOnlyList<StoredSweep> AllIn(string folder) =>
    [
        .. LocalRuns.Folders(folder).Select(In).OfType<StoredSweep>()
            .OrderBy(sweep => sweep.Results.SweepId, StringComparer.Ordinal),
    ];

    private static StoredSweep? Read(string folder, JsonElement root)
    {
        var metric = root.GetProperty("metric");
        var known = new Metric(metric.GetProperty("name").GetString()!, metric.GetProperty("higher_is_better").GetBoolean(), metric.GetProperty("is_share").GetBoolean())
        {
            IsOfTestOnly = metric.GetProperty("is_of_test_only").GetBoolean(),
        };
        TrialResult[] trials = [.. root.GetProperty("trials").EnumerateArray().Select(trial => Trial(trial, known))];
        var id = root.GetProperty("sweep_id").GetString()!;

        // The ids are names of folders.
        return trials.Length == 0 || !RunId.IsValid(id) || trials.Any(trial => !RunId.IsValid(trial.RunId)) ? null : new StoredSweep(
            folder,
            new SweepResults(
                id,
                Enum<RunStatus>(root.GetProperty("status")),
                StoredRun.TextIn(root, "message"),
                root.GetProperty("command").GetString()!,
                known,
                Enum<KeptEpoch>(root.GetProperty("keep")),
                root.GetProperty("halving").GetInt32(),
                root.GetProperty("started_at").GetDateTime(),
                root.GetProperty("ended_at") is { ValueKind: JsonValueKind.String } ended ? ended.GetDateTime() : null,
                trials),
            StoredRun.TextIn(root, "cluster"),
            root.GetProperty("process") is { ValueKind: JsonValueKind.Object } process
                ? new ProcessIdentity(process.GetProperty("pid").GetInt32(), process.GetProperty("boot").GetString()!, process.GetProperty("start").GetInt64())
                : null,
            [.. root.GetProperty("data").EnumerateArray().Select(SweepDataSet.Read)]);
    }

    private static TrialResult Trial(JsonElement trial, Metric metric) => new(
        trial.GetProperty("trial").GetInt32(),
        trial.GetProperty("run_id").GetString()!,
        [.. trial.GetProperty("values").EnumerateObject().Select(value => new SweptValue($"--{value.Name}", value.Value.GetString()!))],
        trial.GetProperty("command").GetString()!,
        Enum<TrialStatus>(trial.GetProperty("status")),
        StoredRun.TextIn(trial, "message"),
        [.. trial.GetProperty("epochs").EnumerateArray().Select(epoch => Epoch(epoch, metric))],
        StoredRun.TextIn(trial, "weights_sha256"));

    private static EpochMetrics Epoch(JsonElement epoch, Metric metric) => new(
        epoch.GetProperty("epoch").GetInt32(),
        epoch.GetProperty("steps").GetInt32(),
        Number(epoch, "train_loss"),
        Number(epoch, metric.Field("train")),
        Number(epoch, "test_loss"),
        Number(epoch, metric.Field("test")),
        Number(epoch, "seconds"),
        Number(epoch, "images_per_second"),
        metric);

    private static double Number(JsonElement parent, string field) => parent.GetProperty(field) is { ValueKind: JsonValueKind.Number } number ? number.GetDouble() : double.NaN;

    private static T Enum<T>(JsonElement value)
        where T : struct, Enum => System.Enum.Parse<T>(value.GetString()!.Replace("_", "", StringComparison.Ordinal), ignoreCase: true);
}
