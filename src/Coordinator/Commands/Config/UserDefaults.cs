using System.CommandLine;
using System.CommandLine.Help;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Coordinator.Commands.Options;

namespace Mnist.Distributed.Coordinator.Commands.Config;

/// <summary>
/// All defaults that the user has set: in variables, in the file of the working folder, in his own
/// file. They win in this order, and a default for one command wins over one for all.
/// </summary>
internal sealed class UserDefaults
{
    private const string Prefix = "MNIST_";
    private const string Models = "models-from";

    /// <summary>Collects defaults.</summary>
    /// <param name="all">The defaults, those that win first.</param>
    internal UserDefaults(IReadOnlyList<Default> all) => All = all;

    /// <summary>No defaults.</summary>
    public static UserDefaults None { get; } = new([]);

    /// <summary>The defaults, those that win first.</summary>
    public IReadOnlyList<Default> All { get; }

    /// <summary>Reads the files and the variables.</summary>
    /// <param name="root">The commands.</param>
    /// <exception cref="InvalidInputException">A file cannot be used.</exception>
    public static UserDefaults Read(Command root) => new(
    [
        .. Commands(root).SelectMany(command => command.Options).Where(IsDefaultable).DistinctBy(option => option.Name)
            .Select(option => (Key: option.Name.TrimStart('-'), Variable: VariableOf(option)))
            .Where(option => Environment.GetEnvironmentVariable(option.Variable) is { Length: > 0 })
            .Select(option => new Default(option.Key, "", [Environment.GetEnvironmentVariable(option.Variable)!], DefaultOrigin.Variable, option.Variable)),
        .. DefaultsFile.Places().SelectMany(place => DefaultsFile.Read(place.Origin, place.Path).OrderByDescending(one => one.Scope.Length)),
    ]);

    /// <summary>Options that have a default of another kind, or none.</summary>
    public static bool IsDefaultable(Option option) => option is not (HelpOption or VersionOption);

    /// <summary>The variable that sets a default for an option.</summary>
    public static string VariableOf(Option option) =>
        OptionTraits.Of(option).OwnVariable ?? Prefix + option.Name.TrimStart('-').Replace('-', '_').ToUpperInvariant();

    /// <summary>A command and all commands below it.</summary>
    public static IEnumerable<Command> Commands(Command command) => command.Subcommands.SelectMany(Commands).Prepend(command);

    /// <summary>The options of a command, and those that hold for every command.</summary>
    public static IEnumerable<Option> OptionsOf(Command command) =>
        command.Options.Where(option => !option.Hidden).Concat(command.Parents.OfType<Command>().SelectMany(OptionsOf).Where(option => option.Recursive));

    /// <summary>
    /// The default of an option: the first that is for it and for its command. Null if there is
    /// none, or if the command reads a variable itself and that is set.
    /// </summary>
    /// <exception cref="InvalidInputException">
    /// A file in the working folder sets what only the user may set.
    /// </exception>
    public Default? Of(Option option, string command)
    {
        var found = All.FirstOrDefault(one => one.IsFor(option) && one.IsFor(command));
        RequireAllowed(found, option);
        return found?.Origin == DefaultOrigin.Variable && OptionTraits.Of(option).OwnVariable is not null ? null : found;
    }

    /// <summary>
    /// Checks that a file sets nothing that no command has, and that a file in the working folder
    /// sets nothing that only the user may set.
    /// </summary>
    /// <param name="root">The commands.</param>
    /// <param name="command">
    /// The command that runs; null to check what is set for any command.
    /// </param>
    /// <param name="knowsAllModels">
    /// Whether the options of all models are known. Those of a user's assembly are known only while
    /// it is loaded.
    /// </param>
    /// <exception cref="InvalidInputException">
    /// A key is unknown, or may not be set there.
    /// </exception>
    public void Check(Command root, string? command, bool knowsAllModels)
    {
        string[] paths = [.. Commands(root).Select(ProgramCommand.PathOf).Where(path => path.Length > 0)];
        foreach (var one in All.Where(one => one.Origin != DefaultOrigin.Variable))
        {
            InvalidInputException.Require(
                one.Scope.Length == 0 || paths.Contains(one.Scope),
                $"{one.Source} is for no command: {Spelling.Advice(one.Scope, paths, "name a command such as train or 'cluster up', or leave it out.")}");
            if (command is not null && !one.IsFor(command))
            {
                continue;
            }

            Option[] options = [.. Commands(root).Where(known => one.IsFor(ProgramCommand.PathOf(known))).SelectMany(OptionsOf).Where(IsDefaultable)];
            var meant = options.Where(one.IsFor).ToArray();
            InvalidInputException.Require(
                meant.Length > 0 || !knowsAllModels && All.Any(other => other.Key == Models),
                $"{one.Source} is no option: {Spelling.Advice(one.Key, options.Select(option => option.Name.TrimStart('-')), "leave it out; --help after a command shows its options.")}");
            foreach (var option in meant)
            {
                RequireAllowed(one, option);
            }
        }
    }

    private static void RequireAllowed(Default? one, Option option) => InvalidInputException.Require(
        one?.Origin != DefaultOrigin.WorkingFolder || !OptionTraits.Of(option).IsUsersOnly,
        $"{one?.Source} is not taken from a file in the working folder, which others may have written: set it in the file that 'mnist config path' names last, or give {option.Name}.");
}
