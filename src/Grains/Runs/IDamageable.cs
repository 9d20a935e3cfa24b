namespace Mnist.Distributed.Grains.Runs;

/// <summary>
/// State that says itself that it could not be read, so that its grain can turn to another copy.
/// </summary>
public interface IDamageable
{
    /// <summary>What is wrong with the stored form; null when nothing is. Not stored.</summary>
    string? Damage { get; set; }
}
