using System.Diagnostics;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Ledgers;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Grains.Telemetry;
using Mnist.Distributed.Training.Evaluation;
using Mnist.Distributed.Training.Summation;

namespace Mnist.Distributed.Grains.ParameterServers;

/// <summary>
/// The step protocol: asks the replicas for their shares of a step, gives the shares of late or lost ones to others, completes the sum,
/// commits. Knows neither grains nor wall clocks, so the very same code runs in a simulation. Used by one logical thread.
/// </summary>
public sealed class ParameterServer : IIncidentLog
{
    /// <summary>How often to look whether silos have joined, left or come back.</summary>
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(100);

    private readonly RunAttempt _attempt;
    private readonly RunHandover _handover;
    private readonly TrainingPlan _plan;
    private readonly string _silo;
    private readonly TimeProvider _time;
    private readonly TrainingTelemetry _telemetry;
    private readonly IIncidentLog _log;
    private readonly Membership _membership;
    private readonly Lateness _steps;
    private readonly Lateness _evaluations;
    private readonly StepSum _sum;
    private readonly List<Incident> _pending = [];
    private readonly List<Incident> _incidents = [];
    private StepUpdate? _update;
    private long _durableStep;
    private long _lastGlance;
    private long _lastCommit;
    private long _lastBusy;

    /// <summary>Creates a server that has yet to <see cref="Start"/>.</summary>
    /// <param name="attempt">Which of the run's parameter servers it is.</param>
    /// <param name="handover">The run.</param>
    /// <param name="silo">Name of the silo it is on.</param>
    /// <param name="roster">The cluster.</param>
    /// <param name="time">The clock.</param>
    /// <param name="telemetry">Spans and metrics.</param>
    /// <param name="lateness">Limits of patience.</param>
    /// <param name="log">Told of what happens to the silos when it happens.</param>
    public ParameterServer(
        RunAttempt attempt,
        RunHandover handover,
        string silo,
        IRoster roster,
        TimeProvider time,
        TrainingTelemetry telemetry,
        LatenessOptions lateness,
        IIncidentLog log)
    {
        _attempt = attempt;
        _handover = handover;
        _plan = handover.Plan;
        _silo = silo;
        _time = time;
        _telemetry = telemetry;
        _log = log;
        _membership = new Membership(attempt, handover, roster, time, this);
        _steps = new Lateness(lateness, handover.Incident?.Kind == IncidentKind.TakenOver ? lateness.TakeOver : lateness.First);
        _evaluations = new Lateness(lateness, lateness.First);
        _sum = new StepSum(_plan.Workers);
    }

    /// <summary>A run that is driven is told how to go on within this time; otherwise it goes on by itself.</summary>
    public static TimeSpan DriverPatience { get; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Committed steps of the run.</summary>
    public long Step { get; private set; }

    /// <summary>Totals of the epoch.</summary>
    public EpochTotals Totals { get; private set; }

    /// <summary>The step whose loss was not a finite number; it is not committed and nothing follows it.</summary>
    public long? DivergedAt { get; private set; }

    /// <summary>What happened in the committed steps that are not durable yet.</summary>
    public IReadOnlyList<Incident> Incidents => [.. _incidents];

    /// <summary>The silos that take part.</summary>
    public IReadOnlyList<SiloReport> Silos => [.. _membership.All.Select(member => member.Report)];

    /// <summary>Takes up the run at its newest state.</summary>
    public async Task Start()
    {
        var (state, idleSeconds) = await _membership.Recover();
        Step = state?.Step ?? 0;
        Totals = state?.Totals ?? default;
        _incidents.AddRange(state?.Ledger.Incidents ?? []);

        // That silos join is what a start is made of; only what went wrong is worth a note.
        _pending.RemoveAll(incident => incident.Kind == IncidentKind.Joined);
        _lastGlance = _time.GetTimestamp();
        _lastCommit = _lastGlance;
        _lastBusy = _lastGlance;
        if (_handover.Incident is { } handover)
        {
            _lastCommit -= (long)(idleSeconds * _time.TimestampFrequency);
            ((IIncidentLog)this).Note(handover.Kind, _silo, handover.Reason);
        }
    }

    /// <summary>Commits steps until <paramref name="target"/> is reached, the loss diverges or <paramref name="stop"/> is cancelled.</summary>
    /// <param name="target">Step to stop before.</param>
    /// <param name="traceParent">W3C trace context of the epoch, or null.</param>
    /// <param name="stop">Ends the work after the step it is at.</param>
    public async Task CommitUntil(long target, string? traceParent, CancellationToken stop)
    {
        if (_pending.Count == 0)
        {
            _lastCommit = _time.GetTimestamp();
        }

        while (Step < target && DivergedAt is null && !stop.IsCancellationRequested)
        {
            await GlanceAtCluster();
            using var activity = _telemetry.StartStep(_attempt.RunId, Step, traceParent);
            var nodes = new List<GradientNode>();
            var shares = new List<LedgerShare>();
            var hashes = new List<(string Silo, StateHash Hash)>();
            var leaving = new List<Member>();
            await Gather<StepReply>(
                _plan.Workers,
                _steps,
                (member, range) => member.Replica.ComputeStep(new StepRequest(
                    _attempt, Step, _update, range.First, range.End, activity?.Id, IsHashed(Step), _durableStep)),
                reply => reply.Status,
                (member, range, speculative, reply) =>
                {
                    nodes.AddRange(reply.Nodes);
                    if (range.Count > 0)
                    {
                        shares.Add(new LedgerShare(member.Report.Name, range.First, range.End, speculative));
                    }

                    if (reply.Hash is { } hash)
                    {
                        hashes.Add((member.Report.Name, hash));
                    }

                    if (reply.Leaving)
                    {
                        leaving.Add(member);
                    }
                });

            leaving.ForEach(_membership.Leave);
            Commit(nodes, [.. shares.OrderBy(share => share.FirstWorker)], AgreedOn(hashes), activity);
        }
    }

    /// <summary>
    /// To be called when the driver calls and there is nothing going on: tells the pauses that belong to training, for an evaluation or a checkpoint, from
    /// those in which nobody said how to go on.
    /// </summary>
    public void NoteWait()
    {
        if (_time.GetElapsedTime(_lastBusy) > DriverPatience)
        {
            NoteWaited("");
        }
    }

    /// <summary>To be called when training goes on although nobody says how.</summary>
    public void NoteAlone() => NoteWaited("; training goes on and keeps its checkpoints until they are asked for");

    private void NoteWaited(string what)
    {
        ((IIncidentLog)this).Note(IncidentKind.Waited, _silo, $"the run was not driven for {_time.GetElapsedTime(_lastBusy).TotalSeconds:F1} s{what}");
        _lastBusy = _time.GetTimestamp();
    }

    private bool IsHashed(long step) => _handover.Options.HashEvery > 0 && step % _handover.Options.HashEvery == 0;

    /// <summary>The replicas' hash of the parameters. Equal fingerprints must lead to equal parameters.</summary>
    /// <exception cref="InvalidOperationException">They do not: a processor, a memory or a build is not what it says.</exception>
    private StateHash? AgreedOn(IReadOnlyList<(string Silo, StateHash Hash)> hashes) =>
        hashes.Count == 0 ? null
        : _handover.Options.AcceptMixedNumerics || hashes.All(entry => entry.Hash == hashes[0].Hash) ? hashes[0].Hash
        : throw new InvalidOperationException(
            $"The silos hold different parameters at step {Step}: {string.Join(", ", hashes.Select(entry => $"{entry.Silo} {entry.Hash}"))}.");

    private void Commit(IReadOnlyList<GradientNode> nodes, IReadOnlyList<LedgerShare> shares, StateHash? hash, Activity? activity)
    {
        var now = _time.GetTimestamp();
        var duration = _time.GetElapsedTime(_lastCommit, now);
        var incidents = _pending.Select(incident => incident with { Step = Step, Seconds = duration.TotalSeconds }).ToArray();
        var update = _sum.Complete(Step, nodes, new StepRecord(shares, incidents, hash));
        TrainingTelemetry.Describe(activity, update.Totals);
        if (!double.IsFinite(update.Totals.Loss))
        {
            DivergedAt = Step;
            return;
        }

        _update = update;
        Totals = Totals.After(Step, _plan.StepsPerEpoch, update.Totals);
        Step++;
        _pending.Clear();
        _incidents.AddRange(incidents);
        _lastCommit = now;
        _lastBusy = now;
        _telemetry.Committed(update.Totals, nodes.Sum(node => (long)node.Gradient.Length * sizeof(float)), duration);
    }

    /// <summary>Takes note that the ledger of the steps before <paramref name="step"/> is durable: replicas need not keep it.</summary>
    public void NoteDurable(long step)
    {
        _durableStep = step;
        _incidents.RemoveAll(incident => incident.Step < step);
    }

    void IIncidentLog.Note(IncidentKind kind, string silo, string reason)
    {
        _pending.Add(new Incident(Step, kind, silo, reason, 0));
        _log.Note(kind, silo, reason);
    }

    /// <summary>Evaluates the parameters at the current step on the test split.</summary>
    public async Task<EvaluationResult> Evaluate(string? traceParent)
    {
        using var activity = _telemetry.StartEvaluation(_attempt.RunId, traceParent);
        var chunks = new TestChunks(_plan.TestSamples, _plan.BatchSize);
        var batches = new IReadOnlyList<StepTotals>[chunks.Count];
        await Gather(
            chunks.Count,
            _evaluations,
            (member, range) => member.Replica.Evaluate(new EvaluationRequest(_attempt, Step, _update, range.First, range.End, activity?.Id)),
            reply => reply.Status,
            (_, range, _, reply) =>
            {
                for (var chunk = range.First; chunk < range.End; chunk++)
                {
                    batches[chunk] = [.. reply.Batches.Skip((chunk - range.First) * chunks.BatchesPerChunk).Take(chunks.BatchesPerChunk)];
                }
            });

        var inOrder = batches.SelectMany(batch => batch).ToArray();
        _lastBusy = _time.GetTimestamp();
        var total = inOrder.Aggregate((left, right) => left + right);
        return new EvaluationResult(inOrder.Average(batch => batch.Loss), (double)total.Correct / total.Samples);
    }

    /// <summary>The state at the current step, from whichever replica has it.</summary>
    public async Task<TrainingState> GetState()
    {
        foreach (var member in _membership.Available)
        {
            var call = member.Replica.GetState(_attempt, _update);
            var outcome = await Outcome.Of(call, _steps.Next().Limit, _time);
            if (outcome.IsLate)
            {
                Abandon(member, call, "it has not given the state in time");
            }
            else if (outcome.Failure is not null)
            {
                _membership.Drop(member, IncidentKind.Lost, outcome.Reason!);
            }
            else if (outcome.Value is { } state && state.Step == Step)
            {
                _lastBusy = _time.GetTimestamp();
                return state;
            }
        }

        throw new InvalidOperationException($"No silo has the state of run {_attempt.RunId} at step {Step}.");
    }

    /// <summary>Lets the silos forget the run; a late one does when it wakes, and is not waited for.</summary>
    public Task Release() => Task.WhenAll(_membership.All.Select(member =>
        Outcome.Of(Done(member.Replica.Release(_attempt.RunId)), _steps.Next().Limit, _time)));

    private static async Task<bool> Done(Task task)
    {
        await task;
        return true;
    }

    /// <summary>
    /// Gets a piece of work done: in rounds, each of which gives what is still open to the members that answer. The first round
    /// goes to every member, also to those without a share, so that their replicas stay current.
    /// </summary>
    private async Task Gather<TReply>(
        int items,
        Lateness lateness,
        Func<Member, WorkerRange, Task<TReply>> ask,
        Func<TReply, ReplyStatus> status,
        Accept<TReply> accept)
    {
        var coverage = new Coverage(items);
        for (var round = 0; !coverage.IsComplete; round++)
        {
            if (round > 0)
            {
                await _membership.Refresh(GetState);
            }

            var members = _membership.Available;
            if (members.Count == 0)
            {
                await WaitForALateOne();
                continue;
            }

            var start = _time.GetTimestamp();
            var calls = (round == 0 ? FirstRound(members, items) : LaterRound(members, coverage))
                .Select(share => (share.Member, share.Range, Call: ask(share.Member, share.Range)))
                .ToArray();
            await WaitForRound(calls.Select(call => (Task)call.Call).ToArray(), lateness.Next(), members.Count);

            var undisturbed = true;
            foreach (var (member, range, call) in calls)
            {
                undisturbed &= await Take(member, range, call, speculative: round > 0);
            }

            if (undisturbed && round == 0)
            {
                lateness.Record(_time.GetElapsedTime(start));
            }
        }

        async Task<bool> Take(Member member, WorkerRange range, Task<TReply> call, bool speculative)
        {
            if (!call.IsCompleted)
            {
                Abandon(member, call, lateness.Next().Reason);
                return false;
            }

            var outcome = await Outcome.Of(call);
            if (outcome.Failure is not null)
            {
                _sum.Abandon();
                _membership.Drop(member, IncidentKind.Lost, outcome.Reason!);
                return false;
            }

            switch (status(outcome.Value!))
            {
                case ReplyStatus.Done:
                    coverage.Cover(range);
                    accept(member, range, speculative, outcome.Value!);
                    return true;
                case ReplyStatus.OtherStep:
                    // Counts as late with a call that has ended: it is given the state at the next glance.
                    _membership.Suspect(member, call, $"its replica is not at step {Step}");
                    return false;
                default:
                    throw new SupersededException(_attempt);
            }
        }
    }

    private static IEnumerable<(Member Member, WorkerRange Range)> FirstRound(IReadOnlyList<Member> members, int items) =>
        members.Select((member, index) =>
        {
            var (first, end) = Division.Block(items, index, members.Count);
            return (member, new WorkerRange(first, end));
        });

    private static IEnumerable<(Member Member, WorkerRange Range)> LaterRound(IReadOnlyList<Member> members, Coverage coverage) =>
        members.Zip(coverage.Divide(members.Count), (member, range) => (member, range));

    /// <summary>Waits until all have answered, or until the patience is over and at least one has.</summary>
    private async Task WaitForRound(Task[] calls, Patience patience, int members)
    {
        var all = Task.WhenAll(calls.Select(call => call.ContinueWith(_ => { }, TaskContinuationOptions.ExecuteSynchronously)));
        if (members == 1)
        {
            await all;
            return;
        }

        try
        {
            await all.WaitAsync(patience.Limit, _time);
        }
        catch (TimeoutException)
        {
            // If everybody is late, it is this process or the machine that was: there is nobody to turn to.
            await Task.WhenAny(calls);
        }
    }

    /// <summary>Waits a moment when nobody may be asked, for one of those that are late.</summary>
    /// <exception cref="InvalidOperationException">There is nobody to wait for.</exception>
    private Task WaitForALateOne() => _membership.All.Count > 0
        ? Task.WhenAny([Task.Delay(Glance, _time), .. _membership.All.Select(member => member.Late!)])
        : throw new InvalidOperationException($"Run {_attempt.RunId} has no silo left at step {Step}.");

    private void Abandon(Member member, Task call, string reason)
    {
        _sum.Abandon();
        _membership.Suspect(member, call, reason);
    }

    private async Task GlanceAtCluster()
    {
        if (_time.GetElapsedTime(_lastGlance) >= Glance)
        {
            _lastGlance = _time.GetTimestamp();
            await _membership.Refresh(GetState);
        }
    }

    /// <summary>Takes an answer.</summary>
    /// <param name="member">Who has answered.</param>
    /// <param name="range">What was asked for.</param>
    /// <param name="speculative">Whether it was asked for in place of another.</param>
    /// <param name="reply">The answer.</param>
    private delegate void Accept<TReply>(Member member, WorkerRange range, bool speculative, TReply reply);
}
