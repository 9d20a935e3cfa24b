using Mnist.Distributed.Contracts.Grains;
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
public sealed class ParameterServer
{
    /// <summary>How often to look whether silos have joined, left or come back.</summary>
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(100);

    private readonly RunAttempt _attempt;
    private readonly TrainingPlan _plan;
    private readonly TimeProvider _time;
    private readonly TrainingTelemetry _telemetry;
    private readonly Membership _membership;
    private readonly Lateness _steps;
    private readonly Lateness _evaluations;
    private readonly StepSum _sum;
    private StepUpdate? _update;
    private long _lastGlance;

    /// <summary>Creates a server that has yet to <see cref="Start"/>.</summary>
    public ParameterServer(
        RunAttempt attempt,
        TrainingPlan plan,
        IRoster roster,
        TimeProvider time,
        TrainingTelemetry telemetry,
        LatenessOptions lateness,
        IMembershipLog log)
    {
        _attempt = attempt;
        _plan = plan;
        _time = time;
        _telemetry = telemetry;
        _membership = new Membership(attempt, plan, roster, time, log);
        _steps = new Lateness(lateness);
        _evaluations = new Lateness(lateness);
        _sum = new StepSum(plan.Workers);
    }

    /// <summary>Committed steps of the run.</summary>
    public long Step { get; private set; }

    /// <summary>Totals of the epoch.</summary>
    public EpochTotals Totals { get; private set; }

    /// <summary>The step whose loss was not a finite number; it is not committed and nothing follows it.</summary>
    public long? DivergedAt { get; private set; }

    /// <summary>The silos that take part.</summary>
    public IReadOnlyList<SiloReport> Silos => [.. _membership.All.Select(member => member.Report)];

    /// <summary>Takes up the run at its newest state.</summary>
    /// <param name="checkpoint">The newest durable state; null for the plan's initial one.</param>
    public async Task Start(TrainingState? checkpoint)
    {
        var state = await _membership.Recover(checkpoint);
        Step = state?.Step ?? 0;
        Totals = state?.Totals ?? default;
        _lastGlance = _time.GetTimestamp();
    }

    /// <summary>Commits steps until <paramref name="target"/> is reached, the loss diverges or <paramref name="stop"/> is cancelled.</summary>
    public async Task CommitUntil(long target, string? traceParent, CancellationToken stop)
    {
        var previous = _time.GetTimestamp();
        while (Step < target && DivergedAt is null && !stop.IsCancellationRequested)
        {
            await GlanceAtCluster();
            using var activity = _telemetry.StartStep(_attempt.RunId, Step, traceParent);
            var nodes = new List<GradientNode>();
            await Gather(
                _plan.Workers,
                _steps,
                (member, range) => member.Replica.ComputeStep(new StepRequest(_attempt, Step, _update, range.First, range.End, activity?.Id)),
                reply => reply.Status,
                (_, reply) => nodes.AddRange(reply.Nodes));

            var update = _sum.Complete(Step, nodes);
            TrainingTelemetry.Describe(activity, update.Totals);
            if (!double.IsFinite(update.Totals.Loss))
            {
                DivergedAt = Step;
                return;
            }

            _update = update;
            Totals = Totals.After(Step, _plan.StepsPerEpoch, update.Totals);
            Step++;

            var now = _time.GetTimestamp();
            _telemetry.Committed(update.Totals, nodes.Sum(node => (long)node.Gradient.Length * sizeof(float)), _time.GetElapsedTime(previous, now));
            previous = now;
        }
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
            (range, reply) =>
            {
                for (var chunk = range.First; chunk < range.End; chunk++)
                {
                    batches[chunk] = [.. reply.Batches.Skip((chunk - range.First) * chunks.BatchesPerChunk).Take(chunks.BatchesPerChunk)];
                }
            });

        var inOrder = batches.SelectMany(batch => batch).ToArray();
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
                _membership.Drop(member, outcome.Failure.Message);
            }
            else if (outcome.Value is { } state && state.Step == Step)
            {
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
        Action<WorkerRange, TReply> accept)
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
                throw new InvalidOperationException($"Run {_attempt.RunId} has no silo left at step {Step}.");
            }

            var start = _time.GetTimestamp();
            var calls = (round == 0 ? FirstRound(members, items) : LaterRound(members, coverage))
                .Select(share => (share.Member, share.Range, Call: ask(share.Member, share.Range)))
                .ToArray();
            await WaitForRound(calls.Select(call => (Task)call.Call).ToArray(), lateness.Next(), members.Count);

            var undisturbed = true;
            foreach (var (member, range, call) in calls)
            {
                undisturbed &= await Take(member, range, call);
            }

            if (undisturbed && round == 0)
            {
                lateness.Record(_time.GetElapsedTime(start));
            }
        }

        async Task<bool> Take(Member member, WorkerRange range, Task<TReply> call)
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
                _membership.Drop(member, outcome.Failure.Message);
                return false;
            }

            switch (status(outcome.Value!))
            {
                case ReplyStatus.Done:
                    coverage.Cover(range);
                    accept(range, outcome.Value!);
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
}
