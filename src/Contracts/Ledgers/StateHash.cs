namespace Mnist.Distributed.Contracts.Ledgers;

/// <summary>Hash of a run's parameters and momentum at a step.</summary>
/// <param name="Step">Committed steps of the run.</param>
/// <param name="Value">XXH3 (64 bits) over the vectors' bytes. It finds differences; it does not keep out forgers.</param>
[GenerateSerializer, Immutable, Alias("mnist.StateHash")]
public readonly record struct StateHash([property: Id(0)] long Step, [property: Id(1)] long Value)
{
    /// <inheritdoc />
    public override string ToString() => $"{Value:x16}";
}
