using Mnist.Distributed.Contracts.Sweeps;
using Mnist.Distributed.Coordinator.Terminal;
using Mnist.Distributed.Reports.Sweeps;

namespace Mnist.Distributed.Coordinator.Sweeps.Displays;

/// <summary>
/// Prints one JSON object per line; its field <c>event</c> tells the kind. Sentences for people go
/// to standard error.
/// </summary>
internal sealed class JsonSweepDisplay : ISweepDisplay
{
    /// <inheritdoc />
    public void Open(SweepResults sweep, SweepPlan plan, string? cluster, string? folder) => Json.Print(new
    {
        Event = "sweep",
        sweep.SweepId,
        Swept = sweep.Swept.Select(option => option.TrimStart('-')),
        Trials = sweep.Trials.Count,
        plan.Halving,
        sweep.Metric,
        Value = sweep.ValueName,
        Cluster = cluster,
        Out = folder,
    });

    /// <inheritdoc />
    public void Trial(SweepResults sweep, TrialResult trial) => Json.Print(new
    {
        Event = "trial",
        Trial = trial.Number,
        trial.RunId,
        Values = SweepDocument.Values(trial.Values),
        trial.Status,
        trial.Message,
        Epochs = trial.Epochs.Count,
        Value = trial.Value(sweep.Keep),
        trial.WeightsSha256,
    });

    /// <inheritdoc />
    public void Progress(SweepResults sweep, SweepProgress progress) => Json.Print(new
    {
        Event = "progress",
        progress.Over,
        progress.Running,
        progress.Left,
        Epochs = SweepProgress.EpochsOf(sweep),
        BestTrial = progress.Best?.Number,
        BestValue = progress.Best?.Value(sweep.Keep),
        progress.SecondsLeft,
    });

    /// <inheritdoc />
    public void Note(string sentence) => Console.Error.WriteLine(sentence);

    /// <inheritdoc />
    public void Close(SweepResults sweep, string? folder) => Json.Print(Summary(sweep, "done", folder));

    /// <summary>A sweep as one object.</summary>
    /// <param name="sweep">The sweep.</param>
    /// <param name="happened">Value of the field <c>event</c>; null to leave it out.</param>
    /// <param name="folder">The folder of the results; null if they are not written.</param>
    public static Dictionary<string, object?> Summary(SweepResults sweep, string? happened, string? folder)
    {
        var values = new Dictionary<string, object?>();
        if (happened is not null)
        {
            values["event"] = happened;
        }

        var best = sweep.Best();
        values["sweep_id"] = sweep.SweepId;
        values["status"] = sweep.Status;
        values["message"] = sweep.Message;
        values["trials"] = sweep.Trials.GroupBy(trial => trial.Status).ToDictionary(group => group.Key.ToString().ToLowerInvariant(), group => group.Count());
        values["value"] = sweep.ValueName;
        values["best_trial"] = best?.Number;
        values["best_value"] = best?.Value(sweep.Keep);
        values["best_command"] = best?.Command;
        values["table"] = sweep.Table().Select(row => new { row.Place, Values = SweepDocument.Values(row.Values), row.Count, row.Mean, row.Deviation, Lowest = row.Low, Highest = row.High, Trials = row.Trials.Select(trial => trial.Number) });
        values["out"] = folder;
        return values;
    }
}
