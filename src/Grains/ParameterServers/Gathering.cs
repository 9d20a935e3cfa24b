using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Ledgers;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Training.Summation;

namespace Mnist.Distributed.Grains.ParameterServers;

/// <summary>
/// Gathers one kind of work from the participants of a run, in rounds. Each round divides the open
/// items among the participants that are not stragglers. The first round goes to every participant,
/// even to those without a share, so that their replicas stay current.
/// </summary>
/// <typeparam name="TReply">The answer of a participant.</typeparam>
/// <param name="generation">The generation of the parameter server that asks.</param>
/// <param name="participants">The participants.</param>
/// <param name="stragglers">Decides how long a round may take.</param>
/// <param name="current">Reads the current state, for participants that need an install.</param>
/// <param name="sum">
/// The owner of the buffers. A call that was given up may still read them, so they must be replaced
/// then.
/// </param>
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

    /// <summary>Gathers all items of a piece of work, each exactly once.</summary>
    /// <param name="work">The work.</param>
    /// <exception cref="SupersededException">
    /// A newer generation of the parameter server exists.
    /// </exception>
    /// <exception cref="InvalidOperationException">No participant is left.</exception>
    /// <exception cref="InvalidInputException">
    /// Two participants, or the only one, have refused the work.
    /// </exception>
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
                await participants.WaitForAnySilo(work.Step);
                continue;
            }

            if (round > 0)
            {
                work.BeginAgain();
            }

            var start = time.GetTimestamp();
            AskAll(work, available, round);
            if (!await AllHaveAnswered())
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

        // A replica in this process computes within the call itself, so the calls to other
        // processes are started first.
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

    /// <summary>
    /// Whether all participants have answered. If this silo has only one participant to ask, the
    /// method waits for its answer without a timer, because no other silo could do the work.
    /// </summary>
    private async Task<bool> AllHaveAnswered()
    {
        if (_round.Count == 1 && participants.Available.Count == 1)
        {
            await ((Task)_round[0].Call).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            return true;
        }

        return _round.TrueForAll(asked => asked.Call.IsCompleted);
    }

    /// <summary>
    /// Waits until all participants have answered, or until the timeout has passed and at least one
    /// of them has answered.
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
            // If no silo has answered, then this process or the whole machine was stopped for a
            // while. Then the silos are not stragglers, and nobody else could answer faster.
            await Task.WhenAny(calls);
        }
    }

    /// <returns>Whether the participant has delivered its share.</returns>
    private async Task<bool> Take(ISharedWork<TReply> work, Participant participant, WorkerRange range, Task<TReply> call, bool speculative)
    {
        if (!call.IsCompleted)
        {
            sum.ReplaceBuffers();
            participants.Suspect(participant, call, stragglers.Next().Reason);
            return false;
        }

        var outcome = await Outcome.Of(call);
        if (outcome.Failure is InvalidInputException refusal)
        {
            sum.ReplaceBuffers();
            participants.DropRefusing(participant, work.Step, refusal);
            return false;
        }

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
                // The replica missed an update, as after an earlier call that it answered late. The
                // next refresh installs the current state on it.
                participants.Suspect(participant, call, $"its replica is not at step {work.Step}");
                return false;
            default:
                throw new SupersededException(generation);
        }
    }
}
