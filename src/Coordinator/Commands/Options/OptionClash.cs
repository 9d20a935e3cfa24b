using System.CommandLine;
using Mnist.Distributed.Contracts;

namespace Mnist.Distributed.Coordinator.Commands.Options;

/// <summary>
/// Finds settings of a user's models that have the name of an option of the command line.
/// </summary>
internal static class OptionClash
{
    /// <summary>Checks a command and the commands below it.</summary>
    /// <exception cref="InvalidInputException">
    /// A command has two options of one name. The message names it.
    /// </exception>
    public static void Check(Command command) => Check(command, []);

    private static void Check(Command command, IEnumerable<Option> ofEvery)
    {
        var twice = command.Options.Concat(ofEvery).SelectMany(option => option.Aliases.Prepend(option.Name)).GroupBy(name => name).FirstOrDefault(same => same.Count() > 1)?.Key;
        InvalidInputException.Require(
            twice is null, $"A model has a setting '{twice?.TrimStart('-')}', but {twice} is an option of 'mnist {command.Name}' already: give the setting another name.");
        foreach (var subcommand in command.Subcommands)
        {
            Check(subcommand, ofEvery.Concat(command.Options.Where(option => option.Recursive)));
        }
    }
}
