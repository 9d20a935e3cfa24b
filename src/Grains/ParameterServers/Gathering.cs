using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Ledgers;
using Mnist.Distributed.Training.Summation;

namespace Mnist.Distributed.Grains.ParameterServers;

/// <summary>
/// Gets one kind of work done by the members of a run: in rounds, each of which gives what is still open to the members that answer. The first round
/// goes to every member, also to those without a share, so that their replicas stay current.
/// </summary>
/// <typeparam name="TReply">What members answer.</typeparam>
/// <param name="attempt">Who asks.</param>
/// <param name="membership">The members.</param>
/// <param name="lateness">How long a round may take.</param>
/// <param name="time">The clock.</param>
public sealed class Gathering<TReply>(RunAttempt attempt, Membership membership, Lateness lateness, TimeProvider time)
{
    private readonly List<(Member Member, WorkerRange Range, Task<TReply> Call)> _round = [];
    private readonly Coverage _coverage = new();

    /// <summary>Gets all pieces of some work done once.</summary>
    /// <param name="work">The work.</param>
    /// <exception cref="SupersededException">There is a newer parameter server.</exception>
    /// <exception cref="InvalidOperationException">No member is left.</exception>
    public async Task Gather(ISharedWork<TReply> work)
    {
        _coverage.Reset(work.Items);
        for (var round = 0; !_coverage.IsComplete; round++)
        {
            if (round > 0)
            {
                await membership.Refresh(work.CurrentState);
            }

            var members = membership.Available;
            if (members.Count == 0)
            {
                await membership.WaitForALateOne();
                continue;
            }

            var start = time.GetTimestamp();
            AskAll(work, members, round);
            if (!await HaveAnswered())
            {
                await WaitForRound(lateness.Next());
            }

            var undisturbed = round == 0;
            foreach (var (member, range, call) in _round)
            {
                undisturbed &= await Take(work, member, range, call, speculative: round > 0);
            }

            if (undisturbed)
            {
                lateness.Record(time.GetElapsedTime(start));
            }
        }
    }

    private void AskAll(ISharedWork<TReply> work, IReadOnlyList<Member> members, int round)
    {
        _round.Clear();
        if (round > 0)
        {
            foreach (var (member, range) in members.Zip(_coverage.Divide(members.Count)))
            {
                _round.Add((member, range, work.Ask(member, range)));
            }

            return;
        }

        // A member in this process begins to work in the very call, so the others are asked first.
        foreach (var isLocal in (ReadOnlySpan<bool>)[false, true])
        {
            for (var i = 0; i < members.Count; i++)
            {
                if (members[i].IsLocal == isLocal)
                {
                    var (first, end) = Division.Block(work.Items, i, members.Count);
                    var range = new WorkerRange(first, end);
                    _round.Add((members[i], range, work.Ask(members[i], range)));
                }
            }
        }
    }

    /// <summary>Waits without a timer where there is nobody to turn to.</summary>
    private async Task<bool> HaveAnswered()
    {
        if (_round.Count == 1 && membership.Available.Count == 1)
        {
            await ((Task)_round[0].Call).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            return true;
        }

        return _round.TrueForAll(asked => asked.Call.IsCompleted);
    }

    /// <summary>Waits until all have answered, or until the patience is over and at least one has.</summary>
    private async Task WaitForRound(Patience patience)
    {
        var calls = _round.Select(asked => (Task)asked.Call).ToArray();
        var all = Task.WhenAll(calls.Select(call => call.ContinueWith(_ => { }, TaskContinuationOptions.ExecuteSynchronously)));
        try
        {
            await all.WaitAsync(patience.Limit, time);
        }
        catch (TimeoutException)
        {
            // If everybody is late, it is this process or the machine that was: there is nobody to turn to.
            await Task.WhenAny(calls);
        }
    }

    /// <returns>Whether the member has done its share.</returns>
    private async Task<bool> Take(ISharedWork<TReply> work, Member member, WorkerRange range, Task<TReply> call, bool speculative)
    {
        if (!call.IsCompleted)
        {
            work.Abandon();
            membership.Suspect(member, call, lateness.Next().Reason);
            return false;
        }

        var outcome = await Outcome.Of(call);
        if (outcome.Failure is not null)
        {
            work.Abandon();
            membership.Drop(member, IncidentKind.Lost, outcome.Reason!);
            return false;
        }

        switch (work.StatusOf(outcome.Value!))
        {
            case ReplyStatus.Done:
                _coverage.Cover(range);
                work.Accept(member, range, speculative, outcome.Value!);
                return true;
            case ReplyStatus.OtherStep:
                // Counts as late with a call that has ended: it is given the state at the next glance.
                membership.Suspect(member, call, $"its replica is not at step {work.Step}");
                return false;
            default:
                throw new SupersededException(attempt);
        }
    }
}
