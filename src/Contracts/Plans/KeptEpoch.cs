namespace Mnist.Distributed.Contracts.Plans;

/// <summary>The epoch whose weights are the result of a run.</summary>
public enum KeptEpoch
{
    /// <summary>The last one.</summary>
    Last,

    /// <summary>The one with the best test metric; the first of equals.</summary>
    Best,
}
