using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Contracts.Sweeps;
using Mnist.Distributed.Coordinator.Clusters;
using Mnist.Distributed.Coordinator.Runs;
using Mnist.Distributed.Reports.Sweeps;
using Mnist.Distributed.Training.Files;

namespace Mnist.Distributed.Coordinator.Sweeps;

/// <summary>
/// The results of a sweep: <c>sweep.json</c>, and at the end <c>sweep.csv</c>, <c>sweep.html</c>
/// and its pictures. A subfolder for each trial has the results of its run. A file that cannot be
/// written does not disturb the sweep.
/// </summary>
/// <param name="path">The folder.</param>
/// <param name="cluster">The cluster of the sweep; null for this process.</param>
/// <param name="data">The data sets of the trials.</param>
/// <param name="report">
/// Makes the report of a trial on the test images; null if none is wanted.
/// </param>
internal sealed class SweepFolder(string path, string? cluster, IReadOnlyList<SweepDataSet> data, Func<SweepTrial, ResultReport>? report)
{
    private const string TableName = "sweep.csv";

    /// <summary>The folder.</summary>
    public string Path => path;

    /// <summary>Why the last write has failed; null if it has not.</summary>
    public string? Problem { get; private set; }

    /// <summary>Makes a folder, and checks that it can be written.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="sweepId">The sweep.</param>
    /// <param name="force">Whether the results of another sweep may be overwritten.</param>
    /// <exception cref="InvalidInputException">
    /// The folder cannot be written, or holds another sweep.
    /// </exception>
    public static void Make(string path, string sweepId, bool force)
    {
        var stored = StoredSweep.In(path);
        var other = stored?.Results.SweepId == sweepId ? null : stored;
        var holds = other is not null ? $"sweep {other.Results.SweepId}"
            : stored is null && File.Exists(System.IO.Path.Combine(path, StoredRun.Name)) ? "a run" : null;
        InvalidInputException.Require(force || holds is null, $"--out {path} holds {holds} already: choose another folder, or overwrite it with --force.");
        if (other is not null)
        {
            Clear(other);
        }

        OutputFolder.Make(path, sweepId);
    }

    /// <summary>Deletes what a sweep has written. Other files of the folder stay.</summary>
    /// <param name="sweep">The sweep; nobody trains it.</param>
    /// <exception cref="InvalidInputException">It is trained, or cannot be deleted.</exception>
    public static void Clear(StoredSweep sweep)
    {
        InvalidInputException.Require(!sweep.IsTraining, $"Sweep {sweep.Results.SweepId} trains in process {sweep.Process?.Pid}: stop it first with 'mnist sweep stop {FoundSweep.WordsOf(sweep.Results.SweepId, sweep.Folder, null)}'.");
        try
        {
            foreach (var folder in sweep.Results.Trials.Select(trial => System.IO.Path.Combine(sweep.Folder, trial.RunId)).Where(Directory.Exists))
            {
                Directory.Delete(folder, recursive: true);
            }

            RecordFolder.Clear(sweep.Folder, null);
            foreach (var name in (IEnumerable<string>)[StoredSweep.Name, TableName, SweepPage.Name, .. SweepPage.PictureNames(sweep.Results)])
            {
                File.Delete(System.IO.Path.Combine(sweep.Folder, name));
            }

            EmptyFolder.Delete(sweep.Folder);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"{sweep.Folder} cannot be deleted ({failure.Message.TrimEnd('.')}): make it writable.", failure);
        }
    }

    /// <summary>Writes <c>sweep.json</c>.</summary>
    public void Write(SweepResults sweep) => Try(() => AtomicFile.WriteText(FileOf(StoredSweep.Name), SweepDocument.Of(sweep, cluster, data)));

    /// <summary>Writes all files of a sweep that has ended.</summary>
    public void Finish(SweepResults sweep)
    {
        Write(sweep);
        Try(() => AtomicFile.WriteText(FileOf(TableName), SweepCsv.Of(sweep)));
        Try(() => SweepPage.Write(path, sweep));
    }

    /// <summary>Writes the results of a trial that is over.</summary>
    /// <param name="grain">The run of the trial.</param>
    /// <param name="trial">The trial.</param>
    /// <param name="run">Id, plan and place of the run.</param>
    /// <returns>
    /// SHA-256 of its file of weights; null if there are no weights, or they cannot be written.
    /// </returns>
    public async Task<string?> Add(ITrainingRunGrain grain, SweepTrial trial, RunIdentity run)
    {
        var folder = System.IO.Path.Combine(path, run.RunId);
        if (StoredRun.In(folder) is { WeightsSha256: { } written, HasEndedUnnoticed: false } stored && stored.RunId == run.RunId)
        {
            return written;
        }

        if ((await RetryingCall.Ask(grain.Describe)).Status == RunStatus.Unknown)
        {
            return null;
        }

        try
        {
            return await AddNew(grain, trial, RunFolder.Create(folder, run, force: true));
        }
        catch (InvalidInputException failure)
        {
            Problem = failure.Message;
            return null;
        }
    }

    private async Task<string?> AddNew(ITrainingRunGrain grain, SweepTrial trial, RunFolder folder)
    {
        var epochs = new List<EpochMetrics>();
        RunEvent.Ended? ended = null;
        await foreach (var happened in RunFollower.Follow(grain, _ => { }))
        {
            folder.Record(happened);
            epochs.AddRange(happened is RunEvent.EpochCompleted epoch ? [epoch.Metrics] : []);
            ended = happened as RunEvent.Ended ?? ended;
        }

        var weights = await RetryingCall.Ask(grain.GetWeights, silence: RetryingCall.BulkPatience);
        var digest = folder.Finish(ended!.Status, ended.Message, weights);
        Problem = folder.Problem;
        if (report is not null && digest is not null)
        {
            var made = report(trial);
            made.Write(folder, await made.Of(weights!.State), epochs, weights.State.Step);
        }

        return digest;
    }

    private void Try(Action write)
    {
        try
        {
            write();
            Problem = null;
        }
        catch (Exception failure) when (failure is InvalidInputException or IOException or UnauthorizedAccessException)
        {
            Problem = (failure.InnerException ?? failure).Message.TrimEnd('.');
        }
    }

    private string FileOf(string name) => System.IO.Path.Combine(path, name);
}
