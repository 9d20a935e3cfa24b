using System.Globalization;
using System.Text.Json;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Hosting.Processes;

namespace Mnist.Distributed.Coordinator.Runs;

/// <summary>The run in a folder, as its <c>run.json</c> describes it.</summary>
internal sealed class StoredRun
{
    /// <summary>The name of the description.</summary>
    public const string Name = "run.json";

    private readonly JsonElement _description;

    private StoredRun(JsonElement description) => _description = description;

    /// <summary>The id of the run; null if it is not described.</summary>
    public string? RunId => Text("run_id");

    /// <summary>The command that repeats the run; null if it is not known.</summary>
    public string? Command => Text("command");

    /// <summary>
    /// SHA-256 of the file of weights; null if the run had none, or had not ended.
    /// </summary>
    public string? WeightsSha256 => Text("weights_sha256");

    /// <summary>Whether the run is noted as running, but its process has ended.</summary>
    public bool HasEndedUnnoticed => Process is { IsAlive: false };

    /// <summary>
    /// The process that trains the run; null if the run has ended or is on a cluster.
    /// </summary>
    public ProcessIdentity? Process =>
        _description.TryGetProperty("process", out var process) && process.ValueKind == JsonValueKind.Object
        && process.TryGetProperty("pid", out var pid) && pid.TryGetInt32(out var id)
        && process.TryGetProperty("boot", out var boot) && process.TryGetProperty("start", out var start) && start.TryGetInt64(out var ticks)
        ? new ProcessIdentity(id, boot.ToString(), ticks) : null;

    /// <summary>The whole description.</summary>
    public JsonElement Description => _description;

    /// <summary>What <c>run.json</c> says about the end of the run; null for nothing.</summary>
    public string? Message => Text("message");

    /// <summary>The name of the run; null if it has none.</summary>
    public string? RunName => Text("name");

    /// <summary>Name, tags, notes and sweep of the run.</summary>
    public RunLabels Labels => new(RunName, Texts("tags"), Text("notes"), Text("sweep"));

    /// <summary>The plan of the run; null if it is not described.</summary>
    public JsonElement? Plan => _description.TryGetProperty("plan", out var plan) && plan.ValueKind == JsonValueKind.Object ? plan : null;

    /// <summary>The metric of the run; the accuracy if it is not described.</summary>
    public Metric Metric =>
        Plan is { } plan && plan.TryGetProperty("metric", out var metric) && metric.ValueKind == JsonValueKind.Object
        && metric.TryGetProperty("name", out var name) && name.ValueKind == JsonValueKind.String && name.GetString() is { Length: > 0 } known
            ? new Metric(known, !IsFalse(metric, "higher_is_better"), IsTrue(metric, "is_share")) { IsOfTestOnly = IsTrue(metric, "is_of_test_only") }
            : Metric.Accuracy;

    /// <summary>The time (UTC) of the start of the run; null if it is not described.</summary>
    public DateTime? StartedAt => Time("started_at");

    /// <summary>The time (UTC) of the end of the run; null if it is not described.</summary>
    public DateTime? EndedAt => Time("ended_at");

    /// <summary>The cluster of the run; null if it was trained in a process of its own.</summary>
    public string? Cluster => Text("cluster");

    /// <summary>
    /// The status of the run, in the words of <c>run.json</c>. A run whose process has ended
    /// without noting it was interrupted.
    /// </summary>
    public string? Status => HasEndedUnnoticed ? "interrupted" : Text("status");

    /// <summary>
    /// Whether the run waits for its turn in a process of its own; true also if that process has
    /// ended.
    /// </summary>
    public bool IsQueued => Process is not null && Text("status") == "queued";

    /// <summary>The silos of the run.</summary>
    public IReadOnlyList<SiloReport> Silos => _description.TryGetProperty("silos", out var silos) && silos.ValueKind == JsonValueKind.Array
        ? [.. silos.EnumerateArray().Where(silo => silo.ValueKind == JsonValueKind.Object).Select(silo => new SiloReport(TextIn(silo, "silo") ?? "", TextIn(silo, "address") ?? "", Text("fingerprint") ?? ""))]
        : [];

    /// <summary>Reads the description in a folder.</summary>
    /// <returns>Null if there is none, or it cannot be read.</returns>
    public static StoredRun? In(string folder)
    {
        try
        {
            // The writer may replace the file meanwhile.
            using var file = new FileStream(Path.Combine(folder, Name), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var root = JsonSerializer.Deserialize<JsonElement>(file);
            return root.ValueKind == JsonValueKind.Object ? new StoredRun(root) : null;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException or JsonException)
        {
            return null;
        }
    }

    private static bool IsTrue(JsonElement part, string field) => part.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.True;

    private static bool IsFalse(JsonElement part, string field) => part.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.False;

    private DateTime? Time(string field) =>
        DateTime.TryParse(Text(field), CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    private IReadOnlyList<string> Texts(string field) => _description.TryGetProperty(field, out var list) && list.ValueKind == JsonValueKind.Array
        ? [.. list.EnumerateArray().Where(value => value.ValueKind == JsonValueKind.String).Select(value => value.GetString()!)]
        : [];

    /// <summary>A text of the description; null if it has no such text.</summary>
    public string? Text(string field) => TextIn(_description, field);

    /// <summary>A text of a JSON object; null if it has no such text.</summary>
    internal static string? TextIn(JsonElement part, string field) => part.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
