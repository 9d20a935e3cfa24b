using System.Security.Cryptography;
using System.Text.Json;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Coordinator.Output;
using Mnist.Distributed.Training.Weights;

namespace Mnist.Distributed.Coordinator.Runs;

/// <summary>
/// A run's results for people and other programs: <c>run.json</c>, <c>metrics.jsonl</c>, <c>model.safetensors</c>, and <c>incidents.jsonl</c> if there were any.
/// </summary>
internal sealed class RunFolder
{
    private readonly RunIdentity _run;
    private IReadOnlyList<SiloReport> _silos = [];

    private RunFolder(string path, RunIdentity run)
    {
        Path = path;
        _run = run;
    }

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>The weights.</summary>
    public string Model => System.IO.Path.Combine(Path, "model.safetensors");

    private string Description => System.IO.Path.Combine(Path, "run.json");

    private string Metrics => System.IO.Path.Combine(Path, "metrics.jsonl");

    private string Incidents => System.IO.Path.Combine(Path, "incidents.jsonl");

    /// <summary>Makes the folder, and sees that it can be written; what it holds changes only when the run has started.</summary>
    /// <exception cref="InvalidInputException">It cannot be written, or holds a run already and <paramref name="force"/> is not given.</exception>
    public static RunFolder Create(string path, RunIdentity run, bool force)
    {
        var folder = new RunFolder(path, run);
        if (!force && (File.Exists(folder.Description) || File.Exists(folder.Model) || File.Exists(folder.Metrics)))
        {
            throw new InvalidInputException($"--out {path} holds a run already: choose another folder, or overwrite it with --force.");
        }

        try
        {
            Directory.CreateDirectory(path);
            using var probe = File.Create(System.IO.Path.Combine(path, $".{run.RunId}"), 1, FileOptions.DeleteOnClose);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"--out {path} cannot be written ({failure.Message.TrimEnd('.')}): choose another folder.", failure);
        }

        return folder;
    }

    /// <summary>Whether a folder holds the results of this very run.</summary>
    public static bool Holds(string path, string runId)
    {
        var description = System.IO.Path.Combine(path, "run.json");
        try
        {
            return File.Exists(description)
                && JsonDocument.Parse(File.ReadAllText(description)).RootElement.TryGetProperty("run_id", out var id)
                && id.GetString() == runId;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>Notes what an event tells.</summary>
    public void Record(RunEvent happened)
    {
        switch (happened)
        {
            case RunEvent.Started started:
                _silos = started.Silos;
                File.Delete(Model);
                File.WriteAllText(Metrics, "");
                File.Delete(Incidents);
                Describe(RunStatus.Running, null, null);
                break;
            case RunEvent.EpochCompleted epoch:
                File.AppendAllText(Metrics, Json.ToLine(epoch.Metrics) + "\n");
                break;
            case RunEvent.Disturbed disturbed:
                File.AppendAllText(Incidents, Json.ToLine(disturbed.Incident) + "\n");
                break;
        }
    }

    /// <summary>Writes the weights, where there are any, and how the run ended.</summary>
    /// <returns>SHA-256 of the weights' file in lower-case hex, or null without weights.</returns>
    public string? Finish(RunStatus status, string? message, TrainingState? state)
    {
        if (state is not null)
        {
            ModelWeights.Write(Model, _run.Plan, state);
        }

        var digest = state is null ? null : Sha256Of(Model);
        Describe(status, message, digest);
        return digest;
    }

    /// <summary>SHA-256 of a file in lower-case hex.</summary>
    public static string Sha256Of(string path)
    {
        using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }

    private void Describe(RunStatus status, string? message, string? digest) => File.WriteAllText(Description, Json.ToDocument(new
    {
        _run.RunId,
        Status = status,
        Message = message,
        _run.Plan,
        _run.Cluster,
        Silos = _silos.Select(silo => new { Silo = silo.Name, silo.Address }),
        Fingerprint = _silos.Count == 0 ? null : _silos[0].Fingerprint,
        WeightsSha256 = digest,
    }));
}

/// <summary>What names a run and what it trains.</summary>
/// <param name="RunId">The run's id.</param>
/// <param name="Plan">What it trains.</param>
/// <param name="Cluster">The cluster it runs on; null in this process.</param>
internal sealed record RunIdentity(string RunId, TrainingPlan Plan, string? Cluster);
