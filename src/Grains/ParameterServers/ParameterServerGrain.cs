using Microsoft.Extensions.Logging;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Grains.Replicas;
using Mnist.Distributed.Grains.Telemetry;
using Mnist.Distributed.Training.Evaluation;

namespace Mnist.Distributed.Grains.ParameterServers;

/// <inheritdoc cref="IParameterServerGrain" />
[KeepAlive]
public sealed partial class ParameterServerGrain(
    IReplicaClient replicas,
    ISiloStatusOracle membership,
    TimeProvider time,
    TrainingTelemetry telemetry,
    ILogger<ParameterServerGrain> logger) : Grain, IParameterServerGrain
{
    /// <summary>How long one call of <see cref="Advance"/> commits steps before it reports.</summary>
    private static readonly TimeSpan Slice = TimeSpan.FromMilliseconds(200);

    private readonly Dictionary<SiloAddress, Task<SiloReport>> _joining = [];
    private List<Member> _members = [];
    private TrainingPlan? _plan;
    private StepSum? _sum;
    private StepUpdate? _update;
    private EpochTotals _totals;
    private long _step;

    private string RunId => this.GetPrimaryKeyString();

    private TrainingPlan Plan => _plan ?? throw new InvalidOperationException($"The parameter server of run {RunId} has not been prepared.");

    /// <inheritdoc />
    public async Task<IReadOnlyList<SiloReport>> Prepare(TrainingPlan plan, TrainingState? checkpoint)
    {
        var reports = await Task.WhenAll(ActiveSilos().Select(async silo => new Member(
            silo,
            replicas.On(silo),
            await replicas.On(silo).Prepare(RunId, plan))));
        await Task.WhenAll(reports.Select(member => member.Replica.Install(RunId, checkpoint)));

        _plan = plan;
        _members = [.. reports];
        _sum = new StepSum(plan.Workers);
        _update = null;
        _step = checkpoint?.Step ?? 0;
        _totals = checkpoint?.Totals ?? default;
        return [.. _members.Select(member => member.Report)];
    }

    /// <inheritdoc />
    public async Task<StepProgress> Advance(long targetStep, string? traceParent)
    {
        await AdmitJoined();
        var start = time.GetTimestamp();
        var previous = start;
        while (_step < targetStep && time.GetElapsedTime(start) < Slice)
        {
            using var activity = telemetry.StartStep(RunId, _step, traceParent);
            var shares = await GatherShares(activity?.Id);
            var update = _sum!.Complete(_step, shares);
            TrainingTelemetry.Describe(activity, update.Totals);
            if (!double.IsFinite(update.Totals.Loss))
            {
                return new StepProgress(_step, _totals, DivergedAt: _step);
            }

            _update = update;
            _totals = _totals.After(_step, Plan.StepsPerEpoch, update.Totals);
            _step++;

            var now = time.GetTimestamp();
            telemetry.Committed(update.Totals, shares.Sum(share => (long)share.Gradient.Length * sizeof(float)), time.GetElapsedTime(previous, now));
            previous = now;
        }

        return new StepProgress(_step, _totals, DivergedAt: null);
    }

    /// <inheritdoc />
    public async Task<EvaluationResult> Evaluate(string? traceParent)
    {
        using var activity = telemetry.StartEvaluation(RunId, traceParent);
        var chunks = new TestChunks(Plan.TestSamples, Plan.BatchSize).Count;
        var replies = await AskAll(
            (member, index, count) =>
            {
                var (first, end) = Division.Block(chunks, index, count);
                return member.Replica.Evaluate(new EvaluationRequest(RunId, _step, _update, first, end, activity?.Id));
            },
            reply => reply.Behind);

        var batches = replies.SelectMany(reply => reply.Batches).ToArray();
        var total = batches.Aggregate((left, right) => left + right);
        return new EvaluationResult(batches.Average(batch => batch.Loss), (double)total.Correct / total.Samples);
    }

    /// <inheritdoc />
    public Task<TrainingState> GetState() => _members[0].Replica.GetState(RunId, _update);

    /// <inheritdoc />
    public async Task Release()
    {
        await Task.WhenAll(_members.Select(member => member.Replica.Release(RunId)));
        DeactivateOnIdle();
    }

    private async Task<GradientNode[]> GatherShares(string? traceParent)
    {
        var replies = await AskAll(
            (member, index, count) =>
            {
                var (first, end) = Division.Block(Plan.Workers, index, count);
                return member.Replica.ComputeStep(new StepRequest(RunId, _step, _update, first, end, traceParent));
            },
            reply => reply.Behind);
        return [.. replies.SelectMany(reply => reply.Nodes)];
    }

    /// <summary>
    /// Asks every member for its share and, if one is lost, asks the remaining ones again for the same step. That is safe because
    /// a share is a pure function of the step.
    /// </summary>
    private async Task<TReply[]> AskAll<TReply>(Func<Member, int, int, Task<TReply>> ask, Func<TReply, bool> behind)
    {
        while (true)
        {
            var calls = _members.Select((member, index) => Attempt(member, () => ask(member, index, _members.Count), behind)).ToArray();
            var outcomes = await Task.WhenAll(calls);
            if (outcomes.All(outcome => outcome.Reply is not null))
            {
                return [.. outcomes.Select(outcome => outcome.Reply!)];
            }

            _sum!.Abandon();
            _members = [.. outcomes.Where(outcome => outcome.Reply is not null).Select(outcome => outcome.Member)];
            if (_members.Count == 0)
            {
                throw new InvalidOperationException($"Run {RunId} has lost all its silos at step {_step}.");
            }
        }
    }

    private async Task<(Member Member, TReply? Reply)> Attempt<TReply>(Member member, Func<Task<TReply>> ask, Func<TReply, bool> behind)
    {
        try
        {
            var reply = await ask();
            return behind(reply)
                ? throw new InvalidOperationException($"The replica on {member.Report.Name} is not at step {_step} of run {RunId}.")
                : (member, reply);
        }
        catch (Exception failure) when (failure is SiloUnavailableException or OrleansMessageRejectionException or TimeoutException)
        {
            LogLost(member.Report.Name, RunId, _step, failure.Message);
            return (member, default);
        }
    }

    /// <summary>Silos that have joined the cluster prepare beside the run and take a share once they are ready.</summary>
    private async Task AdmitJoined()
    {
        foreach (var silo in ActiveSilos().Where(silo => _members.TrueForAll(member => member.Silo != silo)))
        {
            _joining.TryAdd(silo, replicas.On(silo).Prepare(RunId, Plan));
        }

        foreach (var (silo, preparing) in _joining.Where(joining => joining.Value.IsCompleted).ToArray())
        {
            _joining.Remove(silo);
            try
            {
                var report = await preparing;
                await replicas.On(silo).Install(RunId, await GetState());
                _members = [.. _members.Append(new Member(silo, replicas.On(silo), report)).OrderBy(member => member.Silo)];
                LogJoined(report.Name, RunId, _step);
            }
            catch (Exception failure) when (failure is InvalidInputException or SiloUnavailableException or OrleansMessageRejectionException or TimeoutException)
            {
                LogRefused(silo, RunId, failure.Message);
            }
        }
    }

    private IEnumerable<SiloAddress> ActiveSilos() => membership.GetApproximateSiloStatuses(onlyActive: true).Keys.Order();

    [LoggerMessage(Level = LogLevel.Warning, Message = "Silo {Silo} is lost to run {RunId} at step {Step}: {Reason}")]
    private partial void LogLost(string silo, string runId, long step, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Silo {Silo} joins run {RunId} at step {Step}")]
    private partial void LogJoined(string silo, string runId, long step);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Silo {Silo} cannot join run {RunId}: {Reason}")]
    private partial void LogRefused(SiloAddress silo, string runId, string reason);
}
