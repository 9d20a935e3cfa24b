using static Mnist.Distributed.Contracts.InvalidInputException;

namespace Mnist.Distributed.Contracts;

/// <summary>
/// The rule for the id of a run. The id is part of file names, keys of grains, log lines and
/// terminal output, so only harmless characters are allowed.
/// </summary>
public static class RunId
{
    /// <summary>The rule as text, for messages.</summary>
    public const string Rule = "an id has up to 64 letters, digits, '-', '_' and '.', and begins with a letter or a digit";

    /// <summary>Whether an id follows the rule.</summary>
    public static bool IsValid(string id) =>
        id.Length is > 0 and <= 64 && char.IsAsciiLetterOrDigit(id[0]) && id.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.');

    /// <summary>Throws if an id does not follow the rule.</summary>
    /// <exception cref="InvalidInputException">The id does not follow the rule.</exception>
    public static void Validate(string id) => Require(IsValid(id), $"This cannot be a run's id: {Rule}.");
}
