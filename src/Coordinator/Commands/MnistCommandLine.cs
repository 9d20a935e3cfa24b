using System.CommandLine;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Coordinator.Clusters;
using Mnist.Distributed.Coordinator.Commands.Chaos;
using Mnist.Distributed.Coordinator.Commands.Clean;
using Mnist.Distributed.Coordinator.Commands.Cluster;
using Mnist.Distributed.Coordinator.Commands.Completion;
using Mnist.Distributed.Coordinator.Commands.Config;
using Mnist.Distributed.Coordinator.Commands.Help;
using Mnist.Distributed.Coordinator.Commands.Options;
using Mnist.Distributed.Coordinator.Commands.Plan;
using Mnist.Distributed.Coordinator.Commands.Runs;
using Mnist.Distributed.Coordinator.Commands.Sweep;
using Mnist.Distributed.Coordinator.Commands.Train;
using Mnist.Distributed.Coordinator.Commands.Verify;
using Mnist.Distributed.Coordinator.Terminal;
using Mnist.Distributed.Hosting.Border;
using Mnist.Distributed.Training.Catalogue;

namespace Mnist.Distributed.Coordinator.Commands;

/// <summary>The commands of <c>mnist</c>, and the choice of a command by the arguments.</summary>
internal static class MnistCommandLine
{
    private static readonly ParserConfiguration Grammar = new() { ResponseFileTokenReplacer = null };

    /// <summary>All commands.</summary>
    /// <param name="catalogue">The models, losses and optimizers.</param>
    /// <param name="program">The program that local clusters run as their silos. Default: that of
    /// the project.</param>
    public static ProgramCommand Root(TrainingCatalogue catalogue, SiloProgram? program = null)
    {
        var root = new ProgramCommand("Trains small image classifiers on a cluster of Orleans silos; the result does not depend on the cluster.")
        {
            TrainCommand.Create(catalogue, program ?? SiloProgram.BuiltIn),
            SweepCommand.Create(catalogue),
            EvaluateCommand.Create(catalogue),
            PredictCommand.Create(catalogue),
            ExportCommand.Create(catalogue),
            ClusterCommand.Create(program ?? SiloProgram.BuiltIn),
            RunsCommand.Create(catalogue),
            VerifyCommand.Create(catalogue),
            ChaosCommand.Create(catalogue, program ?? SiloProgram.BuiltIn),
            DataCommand.Create(catalogue),
            PlanCommand.Create(catalogue),
            ModelsCommand.Create(catalogue),
            LossesCommand.Create(catalogue),
            ReportCommand.Create(),
            DashboardCommand.Create(),
            CleanCommand.Create(),
            ServeCommand.Create(catalogue, program ?? SiloProgram.BuiltIn),
            ConfigCommand.Create(),
            CompletionCommand.Create(),
        };
        root.Verbosity.AddTo(root);
        HelpPage.Use(root);
        return root;
    }

    /// <summary>Runs the command that the arguments name.</summary>
    /// <param name="arguments">The arguments of the program.</param>
    /// <param name="catalogue">The models, losses and optimizers. Default: those of the
    /// project.</param>
    /// <param name="program">The program that local clusters run as their silos. Default: that of
    /// the project.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> Run(IReadOnlyList<string> arguments, TrainingCatalogue? catalogue = null, SiloProgram? program = null)
    {
        if (arguments.Contains(BackgroundRun.OptionName))
        {
            BackgroundRun.Enter();
        }

        if (SiloCommand.IsAskedFor(arguments))
        {
            return await SiloCommand.Run(arguments, catalogue);
        }

        if (CompletionRequest.IsAskedFor(arguments))
        {
            foreach (var line in CompletionRequest.Answer(Root(catalogue ?? TrainingCatalogue.Standard, program), arguments))
            {
                Console.Out.WriteLine(line);
            }

            return ExitCode.Done;
        }

        // How much to say is known for certain only when the defaults are read, and a user's models
        // are loaded before that.
        Verbosity.Set(quiet: arguments.Contains("--quiet"), verbose: arguments.Contains("--verbose"));
        using var slow = new SlowWork();
        var parsed = Parse(Usual(arguments), catalogue ?? TrainingCatalogue.Standard, program);
        if (Complaints(parsed) is { Count: > 0 } complaints)
        {
            foreach (var complaint in complaints)
            {
                Console.Error.WriteLine($"mnist: {Printable.Of(complaint, Printable.Sentence)}");
            }

            Console.Error.WriteLine("mnist: --help after a command shows its options and examples.");
            return ExitCode.WrongInput;
        }

        ((ProgramCommand)parsed.RootCommandResult.Command).Verbosity.Use(parsed);
        if (DefaultArguments.Used(parsed) is { } defaults)
        {
            Remarks.Detail(defaults);
        }

        SlowWork.Is(parsed.Action == parsed.CommandResult.Command.Action ? $"{Path(parsed.CommandResult.Command)} is working" : null);

        // The commands handle interrupts themselves, because a run must stop after a whole step.
        var code = await Invoke(parsed);
        return ProgramConsole.OutputFailure is { } lost ? Lost(parsed, lost, code) : code;
    }

    /// <summary>
    /// Parses the arguments with the user's defaults, and parses them again if they name a file
    /// with more models.
    /// </summary>
    private static ParseResult Parse(IReadOnlyList<string> arguments, TrainingCatalogue catalogue, SiloProgram? program)
    {
        var root = Checked(catalogue);
        var typed = root.Parse(arguments, Grammar);
        var defaults = DefaultArguments.Count(typed) ? UserDefaults.Read(root) : UserDefaults.None;
        var extended = ModelsFrom.Extend(DefaultArguments.Parse(root, arguments, defaults, Grammar, ModelsFrom.Name), catalogue);
        root = extended == catalogue ? root : Checked(extended);
        defaults.Check(root, ProgramCommand.PathOf(typed.CommandResult.Command), knowsAllModels: extended != catalogue);
        return DefaultArguments.Parse(root, arguments, defaults, Grammar);

        ProgramCommand Checked(TrainingCatalogue known)
        {
            var root = VersionAction.AddTo(Root(known, program), known);
            if (known.Codes.Any())
            {
                OptionClash.Check(root);
            }

            return root;
        }
    }

    private static async Task<int> Invoke(ParseResult parsed)
    {
        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        }
        catch (InvalidInputException refusal) when (refusal.Properties.Length > 0 || DefaultArguments.Used(parsed) is not null)
        {
            var used = DefaultArguments.Used(parsed) is { } defaults ? $" ({defaults})" : "";
            throw new InvalidInputException($"{OptionNames.Render(refusal)}{used}", refusal);
        }
    }

    /// <summary>
    /// Translates <c>mnist help train</c> to <c>mnist train --help</c>, <c>mnist</c> alone to
    /// <c>mnist --help</c>, and <c>mnist version</c> to <c>mnist --version</c>.
    /// </summary>
    private static IReadOnlyList<string> Usual(IReadOnlyList<string> arguments) => arguments switch
    {
        [] => ["--help"],
        ["version"] => ["--version"],
        ["help", ..] => [.. arguments.Skip(1), "--help"],
        _ => arguments,
    };

    /// <summary>
    /// The errors of a command line. If a word is unknown, only this error is reported, because the
    /// parser's errors after it are guesses.
    /// </summary>
    private static IReadOnlyList<string> Complaints(ParseResult parsed) =>
        parsed.UnmatchedTokens is [var word, ..] ? [Unknown(word, parsed.CommandResult.Command)]
        : parsed.Action is HelpPage ? []
        : [.. parsed.Errors.Select(error => error.Message)];

    private static string Unknown(string word, Command command)
    {
        var known = word.StartsWith('-')
            ? UserDefaults.OptionsOf(command).SelectMany(option => option.Aliases.Prepend(option.Name))
            : command.Subcommands.Select(subcommand => subcommand.Name);
        var advice = Spelling.Advice(word, known, !word.StartsWith('-') && command.Subcommands.Count > 0
            ? $"use one of {string.Join(", ", command.Subcommands.Select(subcommand => subcommand.Name))}."
            : "leave it out.");
        return $"'{word}' is not {(word.StartsWith('-') ? "an option" : command.Subcommands.Count > 0 ? "a command" : "an argument")} of {Path(command)}: {advice}";
    }

    private static string Path(Command command) => $"mnist {ProgramCommand.PathOf(command)}".TrimEnd();

    /// <summary>
    /// The exit code if standard output could not be written. The command has failed if its output
    /// is its only result. Commands that train or follow a run have not failed.
    /// </summary>
    private static int Lost(ParseResult parsed, string reason, int code)
    {
        Console.Error.WriteLine($"mnist: standard output could not be written ({reason.TrimEnd('.')}): what was to be read there is lost.");
        return code == ExitCode.Done && parsed.CommandResult.Command.Name is not ("train" or "resume" or "watch") ? ExitCode.Failed : code;
    }
}
