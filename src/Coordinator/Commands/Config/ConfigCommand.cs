using System.CommandLine;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Coordinator.Commands.Options;
using Mnist.Distributed.Coordinator.Terminal;

namespace Mnist.Distributed.Coordinator.Commands.Config;

/// <summary><c>mnist config</c>: shows the defaults that the user has set.</summary>
internal static class ConfigCommand
{
    private const string Examples = """
        Shows the defaults that you have set for options, where each is set, and which one wins. A typed option wins over the variable MNIST_<OPTION>, that over
        mnist.json in the working folder, and that over mnist.json beside your configuration. A file may look like {"lr": 0.05, "train": {"workers": 4}}.

        Examples:
          mnist config
          MNIST_LR=0.05 mnist config --json
          mnist config path                     where the files are, or would be
        """;

    private const string Hidden = "(not shown)";

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var json = SharedOptions.Json();
        var command = new Command("config", Examples) { json, Paths() };
        command.SetAction(parsed =>
        {
            var root = parsed.RootCommandResult.Command;
            var defaults = UserDefaults.Read(root);
            defaults.Check(root, command: null, knowsAllModels: false);
            var shown = defaults.All.Select(one => (Set: one, Option: OptionOf(root, one), Winner: Winner(defaults, one))).ToArray();
            if (parsed.GetValue(json))
            {
                foreach (var (set, option, winner) in shown)
                {
                    Json.Print(new { Option = $"--{set.Key}", Command = set.Scope.Length > 0 ? set.Scope : null, Value = ValueOf(set, option), set.Origin, set.Source, Wins = winner is null });
                }
            }
            else if (shown.Length == 0)
            {
                Console.WriteLine("No defaults are set: write some to a file that 'mnist config path' names, or set a variable such as MNIST_LR.");
            }
            else
            {
                TextTable.Print(["option", "command", "value", "set by", ""], shown.Select(one => (string[])
                [
                    $"--{one.Set.Key}",
                    one.Set.Scope.Length > 0 ? one.Set.Scope : "all",
                    ValueOf(one.Set, one.Option),
                    one.Set.Source,
                    one.Winner is { } winner ? $"replaced by {winner.Source}" : "",
                ]));
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static Command Paths()
    {
        var json = SharedOptions.Json();
        var command = new Command("path", "Prints where the files with defaults are, or would be; the first wins.") { json };
        command.SetAction(parsed =>
        {
            foreach (var (origin, path) in DefaultsFile.Places())
            {
                if (parsed.GetValue(json))
                {
                    Json.Print(new { Origin = origin, Path = path, Exists = File.Exists(path) });
                }
                else
                {
                    Console.WriteLine(path);
                }
            }

            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>
    /// The default that takes the place of another one wherever that could count; null for none.
    /// </summary>
    private static Default? Winner(UserDefaults defaults, Default one) => defaults.All
        .TakeWhile(other => other != one)
        .FirstOrDefault(other => other.Key == one.Key && (other.Scope.Length == 0 || other.IsFor(one.Scope) && one.Scope.Length > 0));

    private static Option? OptionOf(Command root, Default one) =>
        UserDefaults.Commands(root).Where(command => one.IsFor(ProgramCommand.PathOf(command))).SelectMany(UserDefaults.OptionsOf).FirstOrDefault(one.IsFor);

    private static string ValueOf(Default one, Option? option) =>
        option is not null && OptionTraits.Of(option).IsSecret ? Hidden : string.Join("; ", one.Values.Select(value => Printable.Of(value)));
}
