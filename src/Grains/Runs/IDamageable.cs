namespace Mnist.Distributed.Grains.Runs;

/// <summary>
/// A stored state that says that it could not be read, so that its grain can use another copy.
/// Without it, Orleans could not activate the grain.
/// </summary>
public interface IDamageable
{
    /// <summary>
    /// The reason why the stored form cannot be read; null when it can. This property is not
    /// stored.
    /// </summary>
    string? Damage { get; set; }
}
