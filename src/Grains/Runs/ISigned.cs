namespace Mnist.Distributed.Grains.Runs;

/// <summary>A stored state that says who has signed it.</summary>
public interface ISigned
{
    /// <summary>
    /// The name of the silo whose signature the stored form has; null when silos do not sign. This
    /// property is not stored.
    /// </summary>
    string? Signer { get; set; }

    /// <summary>
    /// Whether the certificate of that silo has been revoked. The state counts all the same,
    /// because a run goes on after the key of a silo was replaced. This property is not stored.
    /// </summary>
    bool IsSignerRevoked { get; set; }
}
