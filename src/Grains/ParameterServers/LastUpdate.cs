using Mnist.Distributed.Contracts.State;

namespace Mnist.Distributed.Grains.ParameterServers;

/// <summary>
/// The update that leads to the current step, in the form that each participant needs.
/// </summary>
public sealed class LastUpdate
{
    private StepUpdate? _sharedUpdate;

    /// <summary>The update with the vector itself; null before the first step.</summary>
    public StepUpdate? Value { get; private set; }

    /// <summary>Replaces the update by the next one.</summary>
    public void Set(StepUpdate update) => (Value, _sharedUpdate) = (update, null);

    /// <summary>
    /// The update for a participant: with a shared-memory reference if the participant can map the
    /// memory of this silo, otherwise with the vector itself.
    /// </summary>
    public StepUpdate? For(Participant participant) => participant.SharesMemory && Value is { } update
        ? _sharedUpdate ??= update with { Gradient = update.Gradient.SharedReference }
        : Value;
}
