namespace Mnist.Distributed.Grains.Runs;

/// <summary>A stored state that says who has signed it.</summary>
public interface ISigned
{
    /// <summary>
    /// The name of the silo whose signature the stored form has; null when silos do not sign. This
    /// property is not stored.
    /// </summary>
    string? Signer { get; set; }
}
