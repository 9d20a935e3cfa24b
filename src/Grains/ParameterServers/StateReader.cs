using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Ledgers;
using Mnist.Distributed.Contracts.State;

namespace Mnist.Distributed.Grains.ParameterServers;

/// <summary>
/// Reads the state of the run from the first replica that can give it. A replica that fails is
/// removed, and a replica that does not answer in time becomes a straggler.
/// </summary>
/// <param name="generation">The generation of the parameter server that asks.</param>
/// <param name="participants">The participants.</param>
/// <param name="update">
/// The update that leads to the step, for replicas that have not applied it yet.
/// </param>
/// <param name="sum">
/// The owner of the buffers. A call that was given up may still read them, so they must be replaced
/// then.
/// </param>
/// <param name="stragglers">Decides how long a replica may take.</param>
/// <param name="time">The clock.</param>
public sealed class StateReader(
    RunGeneration generation,
    Participants participants,
    LastUpdate update,
    StepSum sum,
    StragglerTimeout stragglers,
    TimeProvider time)
{
    /// <summary>The state at a step.</summary>
    /// <exception cref="InvalidOperationException">No silo has the state at the step.</exception>
    public async Task<TrainingState> At(long step)
    {
        foreach (var participant in participants.Available)
        {
            var call = participant.Replica.GetState(generation, update.For(participant));
            var outcome = await Outcome.Of(call, stragglers.Next().Limit, time);
            if (outcome.IsLate)
            {
                sum.ReplaceBuffers();
                participants.Suspect(participant, call, "it has not given the state in time");
            }
            else if (outcome.Failure is not null)
            {
                sum.ReplaceBuffers();
                participants.Drop(participant, IncidentKind.Lost, outcome.Reason!);
            }
            else if (outcome.Value is { } state && state.Step == step)
            {
                return state;
            }
        }

        throw new InvalidOperationException($"No silo has the state of run {generation.RunId} at step {step}.");
    }
}
