using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Coordinator.Terminal;
using Mnist.Distributed.Hosting.Processes;
using Mnist.Distributed.Hosting.Stores;
using Mnist.Distributed.Reports;
using Mnist.Distributed.Reports.Pages;
using Mnist.Distributed.Training.Catalogue;
using Mnist.Distributed.Training.Files;
using Mnist.Distributed.Training.Schedules;
using static Mnist.Distributed.Coordinator.Runs.RunFileNames;

namespace Mnist.Distributed.Coordinator.Runs;

/// <summary>
/// The results of a run, for people and other programs: <c>run.json</c>, <c>metrics.jsonl</c> and
/// the same as <c>metrics.csv</c>, <c>model.safetensors</c>, <c>incidents.jsonl</c> if there were
/// incidents, and the folder <c>tfevents</c> for TensorBoard. Every other file is written
/// atomically and in full. A file that cannot be written does not disturb the run; it is written
/// again at the next event.
/// </summary>
internal sealed class RunFolder
{
    private readonly RunIdentity _run;
    private readonly StoredRun? _earlier;
    private readonly LearningRate _rate;
    private readonly TensorBoardEvents _events;
    private readonly List<Dictionary<string, object?>> _metrics = [];
    private readonly List<string> _incidents = [];
    private readonly HashSet<string> _unwritten = [];
    private IReadOnlyList<SiloReport> _silos = [];
    private RunStatus _status = RunStatus.Running;
    private string? _message;
    private string? _digest;
    private DateTime? _started;
    private RunWeights? _weights;

    private RunFolder(string path, RunIdentity run, StoredRun? earlier)
    {
        Path = path;
        _run = run with { Command = run.Command ?? earlier?.Command };
        _earlier = earlier;
        _rate = run.Catalogue.Rate(run.Plan);
        _events = new TensorBoardEvents(run);
    }

    /// <summary>The folder.</summary>
    public string Path { get; private set; }

    /// <summary>
    /// Why a file could not be written at the last attempt; null if all files are written.
    /// </summary>
    public string? Problem { get; private set; }

    /// <summary>
    /// The files of the record of the run, if it trains in this process; else null.
    /// </summary>
    public StateFiles? RecordFiles { get; set; }

    private bool GoesOn => _status is RunStatus.Running or RunStatus.Queued;

    /// <summary>The path of the file of weights.</summary>
    public string Model => File(ModelName);

    /// <summary>
    /// Makes the folder and checks that it can be written. Its content does not change before the
    /// run has started. If the folder holds this run already, the command that repeats it is taken
    /// over.
    /// </summary>
    /// <param name="path">The folder.</param>
    /// <param name="run">The run.</param>
    /// <param name="force">Whether the results of another run may be overwritten.</param>
    /// <exception cref="InvalidInputException">
    /// The folder cannot be written, or holds another run and <paramref name="force"/> is false.
    /// </exception>
    public static RunFolder Create(string path, RunIdentity run, bool force)
    {
        var stored = StoredRun.In(path);
        var folder = new RunFolder(path, run, stored?.RunId == run.RunId ? stored : null);
        if (!force && Names.FirstOrDefault(name => System.IO.File.Exists(folder.File(name))) is { } first)
        {
            var what = first != DescriptionName ? first : stored?.HasEndedUnnoticed == true ? "a run that ended with its process, and its weights so far" : "a run";
            throw new InvalidInputException($"--out {path} holds {what} already: choose another folder, or overwrite it with --force.");
        }

        OutputFolder.Make(path, run.RunId);

        return folder;
    }

    /// <summary>Whether a folder has the results of the run with this id.</summary>
    public static bool Holds(string path, string runId) => StoredRun.In(path)?.RunId == runId;

    /// <summary>Writes the content of an event to the files.</summary>
    public void Record(RunEvent happened)
    {
        switch (happened)
        {
            case RunEvent.Started started:
                (_silos, _status) = (started.Silos, RunStatus.Running);
                _started ??= _run.StartedAt ?? _earlier?.StartedAt ?? TimeProvider.System.GetUtcNow().UtcDateTime;

                // The files of another run in this folder go. The weights and the report of this
                // run stay until there are newer ones.
                Write(_earlier is null ? Names : History);
                RecordFolder.Clear(Path, _run.RunId);
                break;
            case RunEvent.Charted charted:
                _events.Note(charted.Points);
                break;
            case RunEvent.EpochCompleted epoch:
                var rate = _rate.At(((long)_run.Plan.StepsPerEpoch * epoch.Metrics.Epoch) - 1);
                var values = MetricText.Json(epoch.Metrics);
                values["learning_rate"] = rate;
                _metrics.Add(values);
                _events.Add(epoch.Metrics, rate);
                Write(MetricsName, TableName, EventsName);
                break;
            case RunEvent.Disturbed disturbed:
                _incidents.Add(Json.ToLine(disturbed.Incident));
                Write(IncidentsName);
                break;
        }
    }

    /// <summary>
    /// Writes the current weights of the run, and their distributions for TensorBoard.
    /// </summary>
    public void Keep(RunWeights weights)
    {
        _weights = weights;
        _events.Add(weights.State, isFinal: false);
        Write(ModelName, EventsName);
    }

    /// <summary>
    /// Writes the weights, if there are any, and how the run ended. If the folder cannot be
    /// written, it writes all files to a folder in the user's state folder instead.
    /// </summary>
    /// <returns>
    /// SHA-256 in lower-case hex of the file of weights; null if there are no weights or no folder
    /// can be written.
    /// </returns>
    public string? Finish(RunStatus status, string? message, RunWeights? weights)
    {
        (_status, _message, _weights) = (status, message, weights);
        if (weights is not null)
        {
            _events.Add(weights.State, isFinal: true);
        }

        FinishHere();
        if (Problem is { } problem)
        {
            var chosen = Path;
            Path = System.IO.Path.Combine(UserFolders.State, "runs", _run.RunId);
            FinishHere();
            Problem = Problem is null
                ? $"The results could not be written to {chosen} ({problem}); they are in {Path}."
                : $"The results could not be written, neither to {chosen} ({problem}) nor to {Path}.";
        }

        return _digest;
    }

    /// <summary>Writes the page of the run, and adds its pictures to the events.</summary>
    /// <param name="step">
    /// The step of the weights that the pictures show; null if the run has no weights.
    /// </param>
    /// <exception cref="InvalidInputException">A file cannot be written.</exception>
    public void AddReport(long? step)
    {
        if (step is { } shown)
        {
            _events.AddPictures(shown, ReportFolder.Names.Where(name => name.EndsWith(".png", StringComparison.Ordinal)).Select(File), File(EventsName));
        }

        RunPage.Write(Path);
    }

    /// <summary>Writes how it is with the run, and nothing else.</summary>
    public void Note(RunStatus status, string? message)
    {
        (_status, _message) = (status, message);
        Write(DescriptionName);
    }

    private void FinishHere()
    {
        Write(ModelName, MetricsName, TableName, IncidentsName, EventsName);
        _digest = _weights is null || _unwritten.Contains(ModelName) ? null : FileDigest.Sha256(Model);
        if (_digest != _earlier?.WeightsSha256)
        {
            // A report that is here already is about other weights.
            Write(Report);
        }

        Write(DescriptionName);
    }

    /// <summary>Writes files, and again those that could not be written before.</summary>
    private void Write(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            _unwritten.Add(name);
        }

        Problem = null;
        foreach (var name in _unwritten.ToArray())
        {
            try
            {
                WriteFile(name);
                _unwritten.Remove(name);
            }
            catch (Exception failure) when (failure is InvalidInputException or IOException or UnauthorizedAccessException)
            {
                Problem ??= (failure.InnerException ?? failure).Message.TrimEnd('.');
            }
        }
    }

    private void WriteFile(string name)
    {
        switch (name)
        {
            case ModelName when _weights is { } weights:
                ModelWeights.Write(Model, TrainingSetup.Of(_run.Plan, _run.Catalogue), weights.State, weights.NamedEpoch);
                break;
            case MetricsName:
                WriteText(name, Lines(_metrics.Select(Json.ToLine)));
                break;
            case TableName when _metrics.Count > 0:
                WriteText(name, Lines(MetricText.Table(_metrics)));
                break;
            case EventsName:
                _events.Write(File(name));
                break;
            case IncidentsName when _incidents.Count > 0:
                WriteText(name, Lines(_incidents));
                break;
            case DescriptionName:
                WriteText(name, Describe());
                break;
            case var _ when System.IO.File.Exists(File(name)):
                System.IO.File.Delete(File(name));
                break;
        }
    }

    private void WriteText(string name, string text) => AtomicFile.WriteText(File(name), text);

    private static string Lines(IEnumerable<string> lines) => string.Concat(lines.Select(line => $"{line}\n"));

    private string File(string name) => System.IO.Path.Combine(Path, name);

    private string Describe() => Json.ToDocument(new
    {
        _run.RunId,
        _run.Labels.Name,
        Tags = _run.Labels.Tags.Count > 0 ? _run.Labels.Tags : null,
        _run.Labels.Notes,
        _run.Labels.Sweep,
        StartedAt = _started,
        EndedAt = GoesOn ? (DateTime?)null : _run.EndedAt ?? TimeProvider.System.GetUtcNow().UtcDateTime,
        Status = _status,
        Message = _message,
        _run.Command,
        Environment = RunEnvironment.Values,
        _run.Plan,
        _run.Cluster,
        DependsOnWorkers = _run.Catalogue.Objective(_run.Plan).ComparesSamples ? true : (bool?)null,
        Silos = _silos.Select(silo => new { Silo = silo.Name, silo.Address }),
        Fingerprint = _silos.Count == 0 ? null : _silos[0].Fingerprint,

        // A reader that finds "running" or "queued" here checks by this entry whether the process
        // still exists.
        Process = GoesOn && _run.Cluster is null ? ProcessIdentity.Own : null,
        WeightsEpoch = _digest is null ? null : _weights?.Epoch,
        Kept = _digest is null || _weights is null ? null : RunText.Kept(_weights, _metrics.Count),
        WeightsSha256 = _digest,
    });
}
