using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Ledgers;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Training.Summation;

namespace Mnist.Distributed.Grains.ParameterServers;

/// <summary>
/// Gets one kind of work done by the participants of a run: in rounds, each of which gives what is
/// still open to the participants that answer. The first round goes to every participant, also to
/// those without a share, so that their replicas stay current.
/// </summary>
/// <typeparam name="TReply">What participants answer.</typeparam>
/// <param name="generation">Who asks.</param>
/// <param name="participants">The participants.</param>
/// <param name="stragglers">How long a round may take.</param>
/// <param name="current">Gives the current state, for participants that have to be brought
/// there.</param>
/// <param name="sum">The sums that a call which is given up may still read.</param>
/// <param name="time">The clock.</param>
public sealed class Gathering<TReply>(
    RunGeneration generation,
    Participants participants,
    StragglerTimeout stragglers,
    Func<Task<TrainingState>> current,
    StepSum sum,
    TimeProvider time)
{
    private readonly List<(Participant Participant, WorkerRange Range, Task<TReply> Call)> _round = [];
    private readonly Coverage _coverage = new();

    /// <summary>Gets all pieces of some work done once.</summary>
    /// <param name="work">The work.</param>
    /// <exception cref="SupersededException">There is a newer parameter server.</exception>
    /// <exception cref="InvalidOperationException">No participant is left.</exception>
    public async Task Gather(ISharedWork<TReply> work)
    {
        _coverage.Reset(work.Items);
        for (var round = 0; !_coverage.IsComplete; round++)
        {
            if (round > 0)
            {
                await participants.Refresh(current);
            }

            var available = participants.Available;
            if (available.Count == 0)
            {
                await participants.WaitForAStraggler();
                continue;
            }

            var start = time.GetTimestamp();
            AskAll(work, available, round);
            if (!await HaveAnswered())
            {
                await WaitForRound(stragglers.Next());
            }

            var undisturbed = round == 0;
            foreach (var (participant, range, call) in _round)
            {
                undisturbed &= await Take(work, participant, range, call, speculative: round > 0);
            }

            if (undisturbed)
            {
                stragglers.Record(time.GetElapsedTime(start));
            }
        }
    }

    private void AskAll(ISharedWork<TReply> work, IReadOnlyList<Participant> available, int round)
    {
        _round.Clear();
        if (round > 0)
        {
            foreach (var (participant, range) in available.Zip(_coverage.Divide(available.Count)))
            {
                _round.Add((participant, range, work.Ask(participant, range)));
            }

            return;
        }

        // A participant in this process begins to work in the very call, so the others are asked
        // first.
        foreach (var isLocal in (ReadOnlySpan<bool>)[false, true])
        {
            for (var i = 0; i < available.Count; i++)
            {
                if (available[i].IsLocal == isLocal)
                {
                    var (first, end) = Division.Block(work.Items, i, available.Count);
                    var range = new WorkerRange(first, end);
                    _round.Add((available[i], range, work.Ask(available[i], range)));
                }
            }
        }
    }

    /// <summary>Waits without a timer where there is nobody to turn to.</summary>
    private async Task<bool> HaveAnswered()
    {
        if (_round.Count == 1 && participants.Available.Count == 1)
        {
            await ((Task)_round[0].Call).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            return true;
        }

        return _round.TrueForAll(asked => asked.Call.IsCompleted);
    }

    /// <summary>
    /// Waits until all have answered, or until the timeout is over and at least one has.
    /// </summary>
    private async Task WaitForRound(TimeLimit timeout)
    {
        var calls = _round.Select(asked => (Task)asked.Call).ToArray();
        var all = Task.WhenAll(calls.Select(call => call.ContinueWith(_ => { }, TaskContinuationOptions.ExecuteSynchronously)));
        try
        {
            await all.WaitAsync(timeout.Limit, time);
        }
        catch (TimeoutException)
        {
            // If no silo has answered, this process or the machine stood still, and no other silo
            // could do better.
            await Task.WhenAny(calls);
        }
    }

    /// <returns>Whether the participant has done its share.</returns>
    private async Task<bool> Take(ISharedWork<TReply> work, Participant participant, WorkerRange range, Task<TReply> call, bool speculative)
    {
        if (!call.IsCompleted)
        {
            sum.ReplaceBuffers();
            participants.Suspect(participant, call, stragglers.Next().Reason);
            return false;
        }

        var outcome = await Outcome.Of(call);
        if (outcome.Failure is not null)
        {
            sum.ReplaceBuffers();
            participants.Drop(participant, IncidentKind.Lost, outcome.Reason!);
            return false;
        }

        switch (work.StatusOf(outcome.Value!))
        {
            case ReplyStatus.Done:
                _coverage.Cover(range);
                work.Accept(participant, range, speculative, outcome.Value!);
                return true;
            case ReplyStatus.OtherStep:
                // A straggler whose call has ended: the next refresh brings it to the current
                // state.
                participants.Suspect(participant, call, $"its replica is not at step {work.Step}");
                return false;
            default:
                throw new SupersededException(generation);
        }
    }
}
