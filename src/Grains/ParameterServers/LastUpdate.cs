using Mnist.Distributed.Contracts.State;

namespace Mnist.Distributed.Grains.ParameterServers;

/// <summary>
/// The update that leads to the current step, in the form that each participant gets it.
/// </summary>
public sealed class LastUpdate
{
    private StepUpdate? _sharedUpdate;

    /// <summary>The update with the vector itself; null before the first step.</summary>
    public StepUpdate? Value { get; private set; }

    /// <summary>Takes the next update.</summary>
    public void Set(StepUpdate update) => (Value, _sharedUpdate) = (update, null);

    /// <summary>
    /// The update with the vector, or with a shared-memory reference where the participant can map
    /// it.
    /// </summary>
    public StepUpdate? For(Participant participant) => participant.SharesMemory && Value is { } update
        ? _sharedUpdate ??= update with { Gradient = update.Gradient.SharedReference }
        : Value;
}
