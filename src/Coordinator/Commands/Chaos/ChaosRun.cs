using System.Diagnostics;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Ledgers;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Coordinator.Clusters;
using Mnist.Distributed.Coordinator.Commands.Chaos.Faults;
using Mnist.Distributed.Coordinator.Runs;
using Mnist.Distributed.Coordinator.Terminal;

namespace Mnist.Distributed.Coordinator.Commands.Chaos;

/// <summary>
/// Makes chaos runs: trains on a local cluster while the nemesis makes faults, and then checks the
/// result against the plain trainer's.
/// </summary>
/// <param name="cluster">The cluster; every chaos run starts with all its silos.</param>
/// <param name="silos">Number of silos at the start.</param>
/// <param name="options">The options of each run.</param>
/// <param name="expected">The plain trainer's results.</param>
/// <param name="note">Receives a sentence on each action.</param>
internal sealed class ChaosRun(LocalCluster cluster, int silos, RunOptions options, ExpectedRuns expected, Action<string> note)
{
    /// <summary>The cluster.</summary>
    public LocalCluster Cluster => cluster;

    /// <summary>Makes one chaos run.</summary>
    /// <param name="runId">Id of the run.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="faults">The schedule.</param>
    /// <param name="cancellation">Ends the chaos run.</param>
    public async Task<ChaosResult> Run(string runId, TrainingPlan plan, FaultPlan faults, CancellationToken cancellation)
    {
        var known = expected.Of(plan);
        await cluster.Ensure(silos, cancellation);
        var start = Stopwatch.GetTimestamp();
        var scene = new FaultScene(cluster);
        var open = new Queue<Fault>(faults.Faults);
        var missed = 0;
        var connection = await cluster.Connect();
        try
        {
            var grain = connection.Grains.GetGrain<ITrainingRunGrain>(runId);
            await RunStart.Start(grain, plan, options, null, null);
            scene.Run = grain;
            while (await Follow(grain, plan, open, scene, cancellation))
            {
                SlowWork.Is("waiting until the faults are over");
                await connection.DisposeAsync();
                await scene.Settle();
                await cluster.Ensure(silos, cancellation);
                connection = await cluster.Connect();
                grain = connection.Grains.GetGrain<ITrainingRunGrain>(runId);
                scene.Run = grain;
                if (await HasEnded(grain))
                {
                    missed++;
                    break;
                }

                await RunStart.Resume(grain, acceptMixedNumerics: false, null);
            }

            await scene.Settle();
            SlowWork.Is("comparing the run with the plain trainer's");
            return Judge(
                plan,
                known,
                await RetryingCall.Ask(grain.Describe),
                await RetryingCall.Ask(grain.GetState, silence: RetryingCall.BulkPatience),
                await RetryingCall.Ask(grain.GetLedger, silence: RetryingCall.BulkPatience),
                open.Count + missed,
                Stopwatch.GetElapsedTime(start));
        }
        finally
        {
            await scene.Settle();
            await connection.DisposeAsync();
        }
    }

    /// <summary>Follows the run and does what is due.</summary>
    /// <returns>
    /// Whether the cluster has ended and must be started again; otherwise the run has ended.
    /// </returns>
    private async Task<bool> Follow(
        ITrainingRunGrain grain, TrainingPlan plan, Queue<Fault> open, FaultScene scene, CancellationToken cancellation)
    {
        SlowWork.Is("training while faults happen");
        await foreach (var happened in RunFollower.Follow(grain, note, detach: cancellation))
        {
            var step = happened switch
            {
                RunEvent.Progressed progress => ((long)(progress.Epoch - 1) * plan.StepsPerEpoch) + progress.Step,
                RunEvent.EpochCompleted epoch => (long)epoch.Metrics.Epoch * plan.StepsPerEpoch,
                _ => 0,
            };
            if (open.TryPeek(out var due) && due.Step <= step && await HasEnded(grain))
            {
                break;
            }

            while (open.TryPeek(out var fault) && fault.Step <= step && step < plan.TotalSteps)
            {
                open.Dequeue();
                note($"{fault} (now {step})");
                await fault.Kind.Inject(fault, scene);
                if (fault.Kind.EndsCluster)
                {
                    return true;
                }
            }
        }

        cancellation.ThrowIfCancellationRequested();
        return false;
    }

    private static async Task<bool> HasEnded(ITrainingRunGrain grain) => (await RetryingCall.Ask(grain.Describe)).Status == RunStatus.Completed;

    private static ChaosResult Judge(
        TrainingPlan plan, ExpectedRun expected, RunDescription run, TrainingState? state, Ledger ledger, int unreached, TimeSpan elapsed)
    {
        var problems = new List<string>();
        if (run.Status != RunStatus.Completed)
        {
            problems.Add($"the run {run.Status.ToString().ToLowerInvariant()}: {run.Message}");
        }

        if (unreached > 0)
        {
            problems.Add($"{unreached} of the faults came when the run had ended");
        }

        if (!run.Epochs.Select(epoch => epoch.Epoch).SequenceEqual(Enumerable.Range(1, plan.Epochs)))
        {
            problems.Add("an epoch is missing or there twice");
        }
        else if (!run.Epochs.Select(EpochResults.Of).SequenceEqual(expected.Epochs))
        {
            problems.Add("the results of an epoch differ from the plain trainer's");
        }

        if (state is null || !state.Parameters.HasBytesOf(expected.State.Parameters) || !state.Slots.HasBytesOf(expected.State.Slots)
            || !(state.Average ?? ParameterVector.Empty).HasBytesOf(expected.State.Average ?? ParameterVector.Empty))
        {
            problems.Add("the bytes differ from the plain trainer's");
        }

        problems.AddRange(LedgerAudit.Problems(ledger, plan));
        var different = ledger.Hashes.Where(hash => expected.Hashes[(int)hash.Step] != hash).Select(hash => hash.Step).ToArray();
        if (different.Length > 0)
        {
            problems.Add($"{different.Length} hashes differ, the first at step {different[0]}");
        }

        return new ChaosResult(run.RunId, problems, unreached, ledger, run.Incidents, elapsed);
    }
}

/// <summary>The result of a chaos run.</summary>
/// <param name="RunId">Id of the run.</param>
/// <param name="Problems">Differences from the expected result; empty if there are none.</param>
/// <param name="Missed">Number of faults that came when the run had ended.</param>
/// <param name="Ledger">Ledger of the run.</param>
/// <param name="Incidents">All incidents of the run.</param>
/// <param name="Elapsed">Time from the start of the run to the last check.</param>
internal sealed record ChaosResult(
    string RunId, IReadOnlyList<string> Problems, int Missed, Ledger Ledger, IReadOnlyList<Incident> Incidents, TimeSpan Elapsed)
{
    /// <summary>Whether all is as expected, but not all faults hit the run.</summary>
    public bool IsUnproven => Missed > 0 && Problems.Count == 1;

    /// <summary>
    /// The times in seconds between two committed steps with an incident in between, the longest
    /// first.
    /// </summary>
    public IEnumerable<double> Pauses => Ledger.Incidents
        .Where(incident => incident.Kind is not (IncidentKind.Joined or IncidentKind.Left))
        .GroupBy(incident => incident.Step)
        .Select(step => step.Max(incident => incident.Seconds))
        .OrderDescending();
}
