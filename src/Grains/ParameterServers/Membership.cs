using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.State;

namespace Mnist.Distributed.Grains.ParameterServers;

/// <summary>
/// Who takes part in a run. Keeps it in step with the cluster: silos that have joined or answer again are brought to the current
/// state between two steps, silos that have left are forgotten. Used by one logical thread.
/// </summary>
/// <param name="attempt">The parameter server that asks.</param>
/// <param name="plan">The run's plan.</param>
/// <param name="roster">The cluster.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Told of every change and its reason.</param>
public sealed class Membership(RunAttempt attempt, TrainingPlan plan, IRoster roster, TimeProvider time, IMembershipLog log)
{
    /// <summary>How long a silo that holds the state may take to say so when another parameter server has fallen silent.</summary>
    private static readonly TimeSpan RecoveryPatience = TimeSpan.FromMilliseconds(400);

    /// <summary>How long handing a state over may take before the silo counts as late.</summary>
    private static readonly TimeSpan InstallPatience = TimeSpan.FromSeconds(5);

    private readonly Dictionary<SiloAddress, Task<ReplicaReport>> _preparing = [];
    private List<Member> _members = [];

    /// <summary>All members in a fixed order.</summary>
    public IReadOnlyList<Member> All => _members;

    /// <summary>Those that may be asked.</summary>
    public IReadOnlyList<Member> Available => [.. _members.Where(member => member.Late is null)];

    /// <summary>
    /// Finds the newest state in the cluster and brings every silo that answers to it.
    /// </summary>
    /// <param name="checkpoint">The newest durable state; null for the plan's initial one.</param>
    /// <returns>The state to go on from.</returns>
    /// <exception cref="InvalidInputException">A silo cannot run the plan.</exception>
    /// <exception cref="SupersededException">There is a newer parameter server.</exception>
    public async Task<TrainingState?> Recover(TrainingState? checkpoint)
    {
        foreach (var silo in roster.Active)
        {
            _preparing[silo] = roster.On(silo).Prepare(attempt, plan);
        }

        var answered = await Reports();
        var state = await Newest(answered, checkpoint);
        foreach (var (silo, report) in answered)
        {
            await Admit(silo, report, state);
        }

        if (_members.Count == 0)
        {
            throw new InvalidOperationException($"No silo could take up run {attempt.RunId}.");
        }

        return state;
    }

    /// <summary>Takes in those that are ready and drops those that are gone.</summary>
    /// <param name="current">Gives the current state; asked for only when somebody needs it.</param>
    public async Task Refresh(Func<Task<TrainingState>> current)
    {
        var active = roster.Active;
        foreach (var gone in _members.Where(member => !active.Contains(member.Silo)).ToArray())
        {
            Drop(gone, "it has left the cluster");
        }

        foreach (var silo in active.Where(silo => _members.TrueForAll(member => member.Silo != silo) && !_preparing.ContainsKey(silo)))
        {
            _preparing[silo] = roster.On(silo).Prepare(attempt, plan);
        }

        foreach (var (silo, preparing) in _preparing.Where(entry => entry.Value.IsCompleted).ToArray())
        {
            _preparing.Remove(silo);
            if (await Outcome.Of(preparing) is { Value: { } report })
            {
                await Admit(silo, report, await current());
            }
            else
            {
                log.Refused(silo.ToString(), preparing.Exception!.GetBaseException().Message);
            }
        }

        foreach (var back in _members.Where(member => member.Late is { IsCompleted: true }).ToArray())
        {
            _members.Remove(back);
            if (back.Late!.IsCompletedSuccessfully)
            {
                await Admit(back.Silo, new ReplicaReport(back.Report, null), await current());
            }
            else
            {
                log.Lost(back.Report.Name, back.Late.Exception!.GetBaseException().Message);
            }
        }
    }

    /// <summary>Stops asking a member until its call has ended one way or the other.</summary>
    public void Suspect(Member member, Task call, string reason)
    {
        member.Late = call;
        log.Suspected(member.Report.Name, reason);
    }

    /// <summary>Forgets a member.</summary>
    public void Drop(Member member, string reason)
    {
        _members.Remove(member);
        log.Lost(member.Report.Name, reason);
    }

    private async Task<TrainingState?> Newest(IEnumerable<(SiloAddress Silo, ReplicaReport Report)> answered, TrainingState? checkpoint)
    {
        foreach (var (silo, report) in answered.Where(entry => entry.Report.Step >= (checkpoint?.Step ?? 0)).OrderByDescending(entry => entry.Report.Step))
        {
            var outcome = await Outcome.Of(roster.On(silo).GetState(attempt, null), InstallPatience, time);
            if (outcome.Value is { } state)
            {
                return state;
            }

            log.Refused(report.Silo.Name, outcome.Failure?.Message ?? "it has not given its state in time");
        }

        return checkpoint;
    }

    private async Task<IReadOnlyList<(SiloAddress Silo, ReplicaReport Report)>> Reports()
    {
        // The first parameter server waits for all: loading data takes what it takes. A later one goes on as soon as it can.
        var all = Task.WhenAll(_preparing.Values.Select(preparing => Outcome.Of(preparing)));
        if (attempt.Number > 1)
        {
            await Task.WhenAny(all, Task.Delay(RecoveryPatience, time));
        }

        if (attempt.Number == 1 || !_preparing.Values.Any(preparing => preparing is { IsCompletedSuccessfully: true, Result.Step: not null }))
        {
            await all;
        }

        var reports = new List<(SiloAddress, ReplicaReport)>();
        foreach (var (silo, preparing) in _preparing.Where(entry => entry.Value.IsCompleted).ToArray())
        {
            _preparing.Remove(silo);
            var outcome = await Outcome.Of(preparing);
            if (outcome.Value is { } report)
            {
                reports.Add((silo, report));
            }
            else if (outcome.Failure is InvalidInputException refusal && attempt.Number == 1)
            {
                throw refusal;
            }
            else
            {
                log.Refused(silo.ToString(), outcome.Failure!.Message);
            }
        }

        return reports;
    }

    private async Task Admit(SiloAddress silo, ReplicaReport report, TrainingState? state)
    {
        var member = new Member(silo, roster.On(silo), report.Silo);
        var installing = member.Replica.Install(attempt, state);
        var installed = await Outcome.Of(installing, InstallPatience, time);
        if (installed.Failure is not null)
        {
            log.Refused(report.Silo.Name, installed.Failure.Message);
            return;
        }

        if (installed.IsLate)
        {
            member.Late = installing;
        }
        else if (installed.Value == ReplyStatus.Superseded)
        {
            throw new SupersededException(attempt);
        }

        _members = [.. _members.Append(member).OrderBy(other => other.Silo)];
        log.Joined(report.Silo.Name);
    }
}

/// <summary>Told of what happens to the members of a run.</summary>
public interface IMembershipLog
{
    /// <summary>A silo takes a share from now on.</summary>
    void Joined(string silo);

    /// <summary>A silo is not asked until it answers again.</summary>
    void Suspected(string silo, string reason);

    /// <summary>A silo is out of the run.</summary>
    void Lost(string silo, string reason);

    /// <summary>A silo could not be taken in.</summary>
    void Refused(string silo, string reason);
}
