using static Mnist.Distributed.Contracts.InvalidInputException;

namespace Mnist.Distributed.Contracts.Runs;

/// <summary>What a run may be called: its id is part of file names, keys of grains, log lines and what a terminal shows.</summary>
public static class RunId
{
    /// <summary>The rule in words.</summary>
    public const string Rule = "an id has up to 64 letters, digits, '-', '_' and '.', and begins with a letter or a digit";

    /// <summary>Whether an id keeps the rule.</summary>
    public static bool IsValid(string id) =>
        id.Length is > 0 and <= 64 && char.IsAsciiLetterOrDigit(id[0]) && id.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.');

    /// <summary>Throws a sentence that says what an id must be.</summary>
    /// <exception cref="InvalidInputException">It does not keep the rule.</exception>
    public static void Validate(string id) => Require(IsValid(id), $"This cannot be a run's id: {Rule}.");
}
