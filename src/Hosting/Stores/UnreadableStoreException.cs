namespace Mnist.Distributed.Hosting.Stores;

/// <summary>
/// The name of a store cannot be used. The exception never leaves <see cref="StoreName.Parse"/>.
/// </summary>
/// <param name="reason">
/// The reason, as a part of a sentence. It repeats no part of the name, which may contain a
/// password.
/// </param>
internal sealed class UnreadableStoreException(string reason) : Exception(reason)
{
    /// <summary>
    /// Refuses a name if a part of it that is shown to users has an unlikely character. Then a
    /// separator may be missing, and the part may contain a password.
    /// </summary>
    /// <param name="part">The part of the name.</param>
    /// <param name="what">The meaning of the part, for the message.</param>
    /// <param name="unlikely">Characters that such a part does not have.</param>
    /// <exception cref="UnreadableStoreException">
    /// The part contains such a character or a control character.
    /// </exception>
    public static void Require(string part, string what, string unlikely)
    {
        if (part.Any(character => char.IsControl(character) || unlikely.Contains(character)))
        {
            throw new UnreadableStoreException($"its {what} holds a character that no {what} has, so a separator may be missing");
        }
    }
}
