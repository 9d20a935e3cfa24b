using System.Diagnostics;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Contracts.Sweeps;
using Mnist.Distributed.Coordinator.Clusters;
using Mnist.Distributed.Coordinator.Runs;
using Mnist.Distributed.Coordinator.Terminal;
using Mnist.Distributed.Reports.Sweeps;
using Mnist.Distributed.Training.Catalogue;

namespace Mnist.Distributed.Coordinator.Sweeps;

/// <summary>Accompanies a sweep to its end: shows it, and writes its results.</summary>
/// <param name="sweepId">The sweep.</param>
/// <param name="grains">The grains of its cluster.</param>
/// <param name="place">Its cluster; null for this process.</param>
/// <param name="catalogue">The catalogue of the names in its plans.</param>
/// <param name="display">Shows the sweep.</param>
/// <param name="folder">Receives the results; null if they are not written.</param>
internal sealed class SweepSession(string sweepId, IGrainFactory grains, ClusterPlace? place, TrainingCatalogue catalogue, ISweepDisplay display, SweepFolder? folder)
{
    /// <summary>How long the trials may take to stop, each after its step.</summary>
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(20);

    /// <summary>The shortest time between two writes of <c>sweep.json</c>.</summary>
    private static readonly TimeSpan WriteInterval = TimeSpan.FromSeconds(1);

    /// <summary>A watch is silent for a second if nothing happens.</summary>
    private static readonly TimeSpan WatchPatience = TimeSpan.FromSeconds(4);

    private readonly ISweepGrain _grain = grains.GetGrain<ISweepGrain>(sweepId);
    private readonly Dictionary<int, TrialResult> _over = [];
    private SweepPlan? _plan;
    private long? _written;
    private string? _problem;
    private string? _trouble;

    /// <summary>
    /// Shows the sweep until it is over. An interrupt stops a sweep of this process; it only ends
    /// the display of a sweep on a cluster, which goes on.
    /// </summary>
    /// <returns>The exit code.</returns>
    public async Task<int> Follow(Interrupts interrupts)
    {
        using var left = new CancellationTokenSource();
        await using var timeout = interrupts.Requested.Register(() => left.CancelAfter(place is null ? StopTimeout : TimeSpan.Zero));
        SlowWork.Is("waiting for the sweep to begin");
        var stopping = Task.CompletedTask;
        var start = Stopwatch.GetTimestamp();
        var (version, before) = (0L, -1);
        while (true)
        {
            SweepDescription now;
            try
            {
                now = await Look(version).WaitAsync(left.Token);
            }
            catch (OperationCanceledException) when (left.IsCancellationRequested)
            {
                return Leave();
            }

            if (now.Version != version)
            {
                var sweep = await Take(now, version == 0);
                before = before < 0 ? SweepProgress.EpochsOf(sweep) : before;
                if (now.Status != RunStatus.Running)
                {
                    // The sweep has stopped, whatever has become of the call.
                    await stopping.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                    return Close(sweep);
                }

                display.Progress(sweep, SweepProgress.Of(sweep, SweepProgress.TotalOf(now.Plan!), before, Stopwatch.GetElapsedTime(start).TotalSeconds));
            }

            version = now.Version;
            if (place is null && interrupts.Requested.IsCancellationRequested && stopping.IsCompleted)
            {
                stopping = _grain.Stop();
            }
        }
    }

    /// <summary>The first look brings the plan, and the others wait for a change.</summary>
    private async Task<SweepDescription> Look(long version)
    {
        if (_plan is null)
        {
            var first = await RetryingCall.Ask(_grain.Describe, silence: WatchPatience);
            _plan = first.Plan;
            return first;
        }

        var now = await RetryingCall.Ask(() => _grain.Watch(version), silence: WatchPatience);
        return now.Status == RunStatus.Unknown ? now : now with { Plan = _plan };
    }

    /// <summary>The results of a description. Digests of weights are not known.</summary>
    public static SweepResults Results(SweepDescription sweep, Func<SweepTrial, TrialState, TrialResult>? trial = null) => new(
        sweep.SweepId,
        sweep.Status,
        sweep.Message,
        sweep.Plan!.Command,
        sweep.Plan.Trials[0].Plan.Metric,
        sweep.Plan.Options.Keep,
        sweep.Plan.Halving,
        sweep.StartedAt,
        sweep.EndedAt,
        [.. sweep.Plan.Trials.Zip(sweep.Trials, trial ?? ((planned, state) => Result(sweep.SweepId, planned, state, null)))]);

    /// <summary>Shows what is new, and writes the trials that are over.</summary>
    private async Task<SweepResults> Take(SweepDescription now, bool isFirst)
    {
        InvalidInputException.Require(now.Status != RunStatus.Damaged, $"The record of sweep {sweepId} cannot be read ({now.Message}): start the sweep again.");
        InvalidInputException.Require(now.Plan is not null, $"There is no sweep {sweepId}{(place is null ? "" : $" on cluster {place.Cluster}")}: 'mnist sweep list {place?.Options}' names those there are.");
        SlowWork.Is(null);
        if (isFirst)
        {
            var begun = Results(now);
            display.Open(begun, now.Plan!, place?.Cluster, folder?.Path);
            Write(begun);
        }

        if (now is { Status: RunStatus.Running, Message: { } trouble } && trouble != _trouble)
        {
            display.Note($"The sweep cannot go on at present ({trouble.TrimEnd('.')}); it is tried again.");
        }

        _trouble = now.Message;
        foreach (var (planned, state) in now.Plan!.Trials.Zip(now.Trials))
        {
            if (state.IsOver && !_over.ContainsKey(state.Number))
            {
                _over[state.Number] = Result(sweepId, planned, state, await Add(now, planned));
                display.Trial(Current(), _over[state.Number]);
            }
        }

        var sweep = Current();
        if (_written is null || Stopwatch.GetElapsedTime(_written.Value) > WriteInterval)
        {
            Write(sweep);
        }

        return sweep;

        SweepResults Current() => Results(now, (planned, state) => _over.GetValueOrDefault(state.Number) ?? Result(sweepId, planned, state, null));
    }

    private async Task<string?> Add(SweepDescription now, SweepTrial trial)
    {
        if (folder is null)
        {
            return null;
        }

        var id = SweepDescription.RunIdOf(sweepId, trial.Number);
        var digest = await folder.Add(
            grains.GetGrain<ITrainingRunGrain>(id), trial, new RunIdentity(id, trial.Plan, place, catalogue) { Command = trial.Command, Labels = now.Plan!.Options.Labels with { Sweep = sweepId } });
        SayWhetherWritable();
        return digest;
    }

    private int Close(SweepResults sweep)
    {
        folder?.Finish(sweep);
        display.Close(sweep, folder?.Path);
        SayWhetherWritable();
        if (sweep.Status == RunStatus.Stopped)
        {
            display.Note($"To go on, with the same bytes: mnist sweep resume {FoundSweep.WordsOf(sweepId, folder?.Path, place)}");
        }

        return sweep.Status == RunStatus.Stopped ? ExitCode.Interrupted
            : sweep.Best() is null || folder?.Problem is not null ? ExitCode.Failed
            : ExitCode.Done;
    }

    private int Leave()
    {
        var words = FoundSweep.WordsOf(sweepId, folder?.Path, place);
        display.Note(place is null
            ? $"Sweep {sweepId} has not stopped within {StopTimeout.TotalSeconds:F0} s and ends with this process. To go on: mnist sweep resume {words}"
            : $"Detached; sweep {sweepId} goes on. See it again with: mnist sweep watch {words}");
        return ExitCode.Interrupted;
    }

    private void Write(SweepResults sweep)
    {
        folder?.Write(sweep);
        _written = Stopwatch.GetTimestamp();
        SayWhetherWritable();
    }

    private void SayWhetherWritable()
    {
        if (folder?.Problem is { } problem && problem != _problem)
        {
            display.Note($"The results cannot be written to {folder.Path} ({problem}); the sweep goes on.");
        }

        _problem = folder?.Problem;
    }

    private static TrialResult Result(string sweepId, SweepTrial planned, TrialState state, string? digest) => new(
        planned.Number, SweepDescription.RunIdOf(sweepId, planned.Number), planned.Values, planned.Command, state.Status, state.Message, state.Epochs, digest);
}
