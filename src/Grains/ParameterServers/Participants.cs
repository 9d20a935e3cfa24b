using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Ledgers;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Grains.Cluster;

namespace Mnist.Distributed.Grains.ParameterServers;

/// <summary>
/// The participants of a run. Between two steps, the current state is installed on silos that have
/// joined or answer again, and silos that have left the cluster are removed. Not thread-safe.
/// </summary>
/// <param name="generation">The generation of the parameter server that asks.</param>
/// <param name="handover">Plan, options and newest checkpoint of the run.</param>
/// <param name="self">The silo of the parameter server, with its view of the cluster.</param>
/// <param name="options">Intervals and limits.</param>
/// <param name="log">Receives an incident for every change.</param>
public sealed class Participants(RunGeneration generation, RunHandover handover, SiloView self, ParticipantsOptions options, IIncidentLog log)
{
    private readonly IRoster _roster = self.Roster;
    private readonly TimeProvider _time = self.Time;
    private readonly Dictionary<SiloAddress, Task<ReplicaReport>> _preparing = [];
    private readonly HashSet<SiloAddress> _unfit = [];
    private readonly Dictionary<SiloAddress, long> _failedAt = [];
    private readonly StepRefusals _refusals = new(self.Time);
    private List<Participant> _participants = [];
    private string? _fingerprint = handover.Fingerprint;
    private string? _lastFailure;

    /// <summary>All participants, in the order of their addresses.</summary>
    public IReadOnlyList<Participant> All => _participants;

    /// <summary>The participants that are not stragglers.</summary>
    public IReadOnlyList<Participant> Available => [.. _participants.Where(participant => participant.Late is null)];

    /// <summary>Finds the newest usable state and installs it on every silo that answers.</summary>
    /// <returns>
    /// The state, null for the initial state of the plan; and the seconds since a silo was last
    /// asked for a step.
    /// </returns>
    /// <exception cref="InvalidInputException">
    /// No silo can run the plan. At the start of a run, one silo that cannot is enough.
    /// </exception>
    /// <exception cref="OrleansException">No silo could take up the run now.</exception>
    /// <exception cref="SupersededException">A newer generation exists.</exception>
    public async Task<(TrainingState? State, double IdleSeconds)> Recover()
    {
        foreach (var silo in _roster.Active)
        {
            _preparing[silo] = _roster.On(silo).Prepare(generation, handover.Plan);
        }

        var answered = await Reports();
        _fingerprint ??= Numerics.OfMost(answered.Select(answer => answer.Report.Silo));
        var state = await Newest(answered);
        foreach (var (silo, report) in answered)
        {
            await Admit(silo, report, state);
        }

        if (_participants.Count == 0)
        {
            throw _lastFailure is null && answered.FirstOrDefault(answer => !Fits(answer.Report.Silo)) is { Report: { } other }
                ? new InvalidInputException(
                    $"No silo has the numerics that run {generation.RunId} was started with: {other.Silo.Name} has "
                    + $"{Numerics.Difference(_fingerprint!, other.Silo.Fingerprint)}. "
                    + "Use such silos, or give up equal bits with AcceptMixedNumerics.",
                    [nameof(RunOptions.AcceptMixedNumerics)])
                : new OrleansException($"No silo could take up run {generation.RunId}: {_lastFailure ?? "no silo is active"}.");
        }

        return (state, answered.Where(answer => answer.Report.Step is not null).Select(answer => answer.Report.IdleSeconds).DefaultIfEmpty(0).Min());
    }

    /// <summary>
    /// Adds the silos that are ready, and removes the silos that have left the cluster.
    /// </summary>
    /// <param name="current">
    /// Reads the current state. It is called only if a silo needs the state.
    /// </param>
    public async Task Refresh(Func<Task<TrainingState>> current)
    {
        var active = _roster.Active;
        foreach (var gone in _participants.Where(participant => !active.Contains(participant.Silo)).ToArray())
        {
            Drop(gone, IncidentKind.Lost, "it has left the cluster");
        }

        foreach (var silo in active.Where(IsNew))
        {
            _preparing[silo] = _roster.On(silo).Prepare(generation, handover.Plan);
        }

        foreach (var (silo, preparing) in _preparing.Where(entry => entry.Value.IsCompleted).ToArray())
        {
            _preparing.Remove(silo);
            var outcome = await Outcome.Of(preparing);
            if (outcome.Value is { } report)
            {
                await Admit(silo, report, await current());
            }
            else
            {
                Refuse(silo, _roster.NameOf(silo), outcome.Failure!);
            }
        }

        foreach (var back in _participants.Where(participant => participant.Late is { IsCompleted: true }).ToArray())
        {
            if (back.Late!.IsCompletedSuccessfully)
            {
                // This silo may be the only one that has the state, so it may be asked for the
                // state like the others before the state is installed on it.
                back.Late = null;
                var state = await current();
                _participants.Remove(back);
                await Admit(back.Silo, new ReplicaReport(back.Report, null, 0), state);
            }
            else
            {
                Drop(back, IncidentKind.Lost, Outcome.ReasonOf(back.Late.Exception!));
            }
        }
    }

    /// <summary>
    /// Waits until a straggler answers or a silo is ready, at most one refresh interval. For the
    /// case that no participant can be asked.
    /// </summary>
    /// <param name="step">The step that is to be computed.</param>
    /// <exception cref="InvalidOperationException">There is no participant left.</exception>
    /// <exception cref="InvalidInputException">
    /// A silo has refused this step, and no other silo can try it.
    /// </exception>
    public Task WaitForAnySilo(long step)
    {
        if (_participants.Count == 0)
        {
            var refusal = _refusals.Of(step) ?? throw new InvalidOperationException($"Run {generation.RunId} has no silo left.");

            // A silo that has failed since has had its chance.
            var others = _roster.Active.Where(silo => !silo.Equals(refusal.Silo) && !_unfit.Contains(silo));
            if (others.All(silo => _failedAt.TryGetValue(silo, out var failed) && failed > refusal.At))
            {
                throw refusal.Reason;
            }
        }

        return Task.WhenAny([Task.Delay(options.RefreshInterval, _time), .. _participants.Select(participant => participant.Late!), .. _preparing.Values]);
    }

    /// <summary>
    /// Marks a participant as a straggler: it is asked for nothing until its call has ended, with
    /// an answer or a failure.
    /// </summary>
    public void Suspect(Participant participant, Task call, string reason)
    {
        participant.Late = call;
        log.Note(IncidentKind.Late, participant.Report.Name, reason);
    }

    /// <summary>Removes a participant. The silo may join again after a pause.</summary>
    public void Drop(Participant participant, IncidentKind kind, string reason)
    {
        _participants.Remove(participant);
        _failedAt[participant.Silo] = _time.GetTimestamp();
        log.Note(kind, participant.Report.Name, reason);
    }

    /// <summary>
    /// Removes a participant whose model could not compute a step. Another silo tries the step.
    /// </summary>
    /// <exception cref="InvalidInputException">Another silo has refused the same step.</exception>
    public void DropRefusing(Participant participant, long step, InvalidInputException reason)
    {
        _refusals.Note(participant.Silo, step, reason);
        Drop(participant, IncidentKind.Refused, reason.Message);
    }

    /// <summary>Removes a participant that drains. The silo does not join again.</summary>
    public void Leave(Participant participant)
    {
        _unfit.Add(participant.Silo);
        Drop(participant, IncidentKind.Left, "it is shutting down");
    }

    private bool Fits(SiloReport silo) => handover.Options.AcceptMixedNumerics || silo.Fingerprint == _fingerprint;

    private bool IsNew(SiloAddress silo) =>
        _participants.TrueForAll(participant => !participant.Silo.Equals(silo))
        && !_preparing.ContainsKey(silo)
        && !_unfit.Contains(silo)
        && !(_failedAt.TryGetValue(silo, out var failed) && _time.GetElapsedTime(failed) < _refusals.PauseOf(silo, options.RetryPause));

    private async Task<TrainingState?> Newest(IEnumerable<(SiloAddress Silo, ReplicaReport Report)> answered)
    {
        var usable = answered
            .Where(entry => Fits(entry.Report.Silo) && entry.Report.Step >= (handover.Checkpoint?.Step ?? 0) && entry.Report.Step <= handover.LatestStep)
            .OrderByDescending(entry => entry.Report.Step);
        foreach (var (silo, report) in usable)
        {
            var outcome = await Outcome.Of(_roster.On(silo).GetState(generation, null), options.InstallTimeout, _time);
            if (outcome.Value is { } state)
            {
                return state;
            }

            log.Note(IncidentKind.Refused, report.Silo.Name, outcome.Reason ?? "it has not given its state in time");
        }

        return handover.Checkpoint;
    }

    private async Task<IReadOnlyList<(SiloAddress Silo, ReplicaReport Report)>> Reports()
    {
        // The first parameter server waits for all silos, however long they load the data. A later
        // one does not wait longer than necessary, because training has stopped.
        var isFirst = handover.Incident is null;
        var all = Task.WhenAll(_preparing.Values.Select(preparing => Outcome.Of(preparing)));
        if (!isFirst)
        {
            await Task.WhenAny(all, Task.Delay(options.RecoveryTimeout, _time));
        }

        if (isFirst || !_preparing.Values.Any(preparing => preparing is { IsCompletedSuccessfully: true, Result.Step: not null }))
        {
            await all;
        }

        var reports = new List<(SiloAddress, ReplicaReport)>();
        InvalidInputException? refusal = null;
        foreach (var (silo, preparing) in _preparing.Where(entry => entry.Value.IsCompleted).ToArray())
        {
            _preparing.Remove(silo);
            var outcome = await Outcome.Of(preparing);
            if (outcome.Value is { } report)
            {
                reports.Add((silo, report));
                continue;
            }

            refusal ??= outcome.Failure as InvalidInputException;
            Refuse(silo, _roster.NameOf(silo), outcome.Failure!);
        }

        return refusal is not null && (isFirst || (reports.Count == 0 && _lastFailure is null)) ? throw refusal : reports;
    }

    private async Task Admit(SiloAddress silo, ReplicaReport report, TrainingState? state)
    {
        if (!Fits(report.Silo))
        {
            _unfit.Add(silo);
            log.Note(
                IncidentKind.Refused,
                report.Silo.Name,
                $"its numerics differ: {Numerics.Difference(_fingerprint!, report.Silo.Fingerprint)}; a run that accepts mixed numerics would let it take part");
            return;
        }

        var participant = new Participant(silo, _roster.On(silo), report.Silo, report.Silo.Name == self.Name);
        var installing = participant.Replica.Install(generation, state);
        var installed = await Outcome.Of(installing, options.InstallTimeout, _time);
        if (installed.Failure is not null)
        {
            Refuse(silo, report.Silo.Name, installed.Failure);
            return;
        }

        if (installed.IsLate)
        {
            participant.Late = installing;
        }
        else if (installed.Value == ReplyStatus.Superseded)
        {
            throw new SupersededException(generation);
        }

        _participants = [.. _participants.Append(participant).OrderBy(other => other.Silo)];
        log.Note(IncidentKind.Joined, report.Silo.Name, "it takes a share from now on");
    }

    private void Refuse(SiloAddress silo, string name, Exception failure)
    {
        if (failure is InvalidInputException)
        {
            _unfit.Add(silo);
        }
        else
        {
            _lastFailure = $"{name} has refused ({Outcome.ReasonOf(failure)})";
        }

        _failedAt[silo] = _time.GetTimestamp();
        log.Note(IncidentKind.Refused, name, Outcome.ReasonOf(failure));
    }
}
