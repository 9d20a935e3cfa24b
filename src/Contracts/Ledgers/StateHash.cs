namespace Mnist.Distributed.Contracts.Ledgers;

/// <summary>Hash of the parameters and the momentum of a run at a step.</summary>
/// <param name="Step">Number of committed steps since the start of the run.</param>
/// <param name="Value">
/// XXH3 (64 bits) over the bytes of the vectors. It finds differences; it is not a protection
/// against forgery.
/// </param>
[GenerateSerializer, Immutable, Alias("mnist.StateHash")]
public readonly record struct StateHash([property: Id(0)] long Step, [property: Id(1)] long Value)
{
    /// <inheritdoc />
    public override string ToString() => $"{Value:x16}";
}
