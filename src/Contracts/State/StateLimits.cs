namespace Mnist.Distributed.Contracts.State;

/// <summary>
/// The limits of a run's state. The whole state is sent as one message and stored as one record.
/// </summary>
public static class StateLimits
{
    /// <summary>
    /// The most bytes of a state: parameters, running statistics, slots, average and kept weights.
    /// Redis takes 512 MB in a value; SQLite and PostgreSQL take twice that.
    /// </summary>
    public const int MostStateBytes = 500_000_000;

    /// <summary>The most bytes of a message: a state with its ledger.</summary>
    public const int MostMessageBytes = 600_000_000;
}
