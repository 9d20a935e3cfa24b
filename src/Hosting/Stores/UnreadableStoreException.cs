namespace Mnist.Distributed.Hosting.Stores;

/// <summary>A store's name cannot be used. Stays within <see cref="StoreName.Parse"/>.</summary>
/// <param name="reason">Why, as a part of a sentence; repeats nothing of the name, which may hold a
/// password.</param>
internal sealed class UnreadableStoreException(string reason) : Exception(reason)
{
    /// <summary>
    /// Refuses a name of which a part that is shown does not look like what it should be: a
    /// separator may be missing, and a password be in it.
    /// </summary>
    /// <param name="part">The part.</param>
    /// <param name="what">What it should be.</param>
    /// <param name="unlikely">Characters that it does not hold.</param>
    /// <exception cref="UnreadableStoreException">It holds one of them.</exception>
    public static void Require(string part, string what, string unlikely)
    {
        if (part.Any(character => char.IsControl(character) || unlikely.Contains(character)))
        {
            throw new UnreadableStoreException($"its {what} holds a character that no {what} has, so a separator may be missing");
        }
    }
}
