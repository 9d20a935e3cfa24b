using System.CommandLine;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Coordinator.Commands.Completion.Shells;
using Mnist.Distributed.Coordinator.Commands.Options;
using Mnist.Distributed.Coordinator.Terminal;

namespace Mnist.Distributed.Coordinator.Commands.Completion;

/// <summary>
/// <c>mnist completion</c>: prints the script that lets a shell complete the words of a command
/// line.
/// </summary>
internal static class CompletionCommand
{
    private const string Examples = """
        Prints a script for your shell. With it, the Tab key completes commands, options, and the names of models, losses, data sets, clusters and runs.

        Examples:
          mnist completion bash > ~/.local/share/bash-completion/completions/mnist
          mnist completion zsh > "${fpath[1]}/_mnist"                    then start zsh anew
          mnist completion fish > ~/.config/fish/completions/mnist.fish
          mnist completion powershell >> $PROFILE
        """;

    /// <summary>The shells: one line for each.</summary>
    private static readonly IReadOnlyList<ShellScript> Shells =
    [
        BashScript.Definition,
        ZshScript.Definition,
        FishScript.Definition,
        PowerShellScript.Definition,
    ];

    /// <summary>The command.</summary>
    public static Command Create()
    {
        string[] names = [.. Shells.Select(known => known.Name)];
        var shell = new Argument<string>("shell") { Description = $"The shell: {string.Join(", ", names)}.", HelpName = "SHELL" }.Takes(ValueKind.OneOf(names));
        var command = new Command("completion", Examples) { shell };
        command.SetAction(parsed =>
        {
            var name = parsed.GetValue(shell)!;
            var script = Shells.FirstOrDefault(known => known.Name == name)
                ?? throw new InvalidInputException($"There is no script for the shell '{Printable.Of(name)}': {Spelling.Advice(name, names, $"choose one of {string.Join(", ", names)}.")}");
            Console.Write(script.For(RootCommand.ExecutableName));
            return ExitCode.Done;
        });
        return command;
    }
}
