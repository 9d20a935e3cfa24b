using System.CommandLine;
using Mnist.Distributed.Contracts;

namespace Mnist.Distributed.Coordinator.Commands.Options;

/// <summary>A default that the user has set for an option, in a file or a variable.</summary>
/// <param name="Key">The name of the option, without its dashes.</param>
/// <param name="Scope">
/// The command that it is for, such as <c>cluster up</c>; empty for every command with that option.
/// </param>
/// <param name="Values">The values, as on a command line; for a flag true or false.</param>
/// <param name="Origin">The kind of place that has set it.</param>
/// <param name="Source">That place in words: a variable, or a key and its file.</param>
internal sealed record Default(string Key, string Scope, IReadOnlyList<string> Values, DefaultOrigin Origin, string Source)
{
    /// <summary>Whether it is for a command.</summary>
    /// <param name="command">
    /// The names of the command and of those above it, below the root.
    /// </param>
    public bool IsFor(string command) => Scope.Length == 0 || command == Scope || command.StartsWith($"{Scope} ", StringComparison.Ordinal);

    /// <summary>Whether it is for an option.</summary>
    public bool IsFor(Option option) => option.Aliases.Prepend(option.Name).Contains($"--{Key}");

    /// <summary>The arguments that give an option these values.</summary>
    /// <exception cref="InvalidInputException">
    /// A flag has a value other than true or false.
    /// </exception>
    public IEnumerable<string> Arguments(Option option) => option.Arity.MaximumNumberOfValues > 0
        ? Values.Select(value => $"{option.Name}={value}")
        : Values switch
        {
            ["true" or "1"] => [option.Name],
            ["false" or "0"] => [],
            _ => throw new InvalidInputException($"{Source} must be true or false, but is '{Printable.Of(string.Join(", ", Values))}'."),
        };
}

/// <summary>The kinds of places that set defaults. A later one wins over an earlier one.</summary>
internal enum DefaultOrigin
{
    /// <summary>The file beside the user's configuration.</summary>
    User,

    /// <summary>The file in the working folder.</summary>
    WorkingFolder,

    /// <summary>A variable of the environment.</summary>
    Variable,
}
