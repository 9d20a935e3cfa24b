using System.CommandLine;
using System.CommandLine.Parsing;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Coordinator.Terminal;
using Mnist.Distributed.Training.Catalogue;
using Mnist.Distributed.Training.Plugins;

namespace Mnist.Distributed.Coordinator.Commands.Options;

/// <summary>
/// <c>--models-from FILE.dll</c>: adds the models of an assembly to the catalogue. The models'
/// names and settings are options of the command line, so the assembly is loaded before the command
/// line is read in full.
/// </summary>
internal static class ModelsFrom
{
    /// <summary>The name of the option.</summary>
    public const string Name = "--models-from";

    /// <summary>The option, for commands that look up names of models.</summary>
    public static Option<string?> Option() => Option("Assembly with models of your own, beside the built-in ones.");

    /// <summary>The option with a description of its own.</summary>
    public static Option<string?> Option(string description) => OptionKind.OptionalText(Name, "FILE.dll", description).Takes(ValueKind.File).OnlyFromTheUser().In(OptionGroup.Model);

    /// <summary>
    /// The catalogue of a command line: with the models of the file, if the option was given.
    /// </summary>
    /// <param name="parsed">
    /// The command line, as far as it is understood without these models.
    /// </param>
    /// <param name="catalogue">The catalogue of the program.</param>
    /// <exception cref="InvalidInputException">The file cannot be used.</exception>
    public static TrainingCatalogue Extend(ParseResult parsed, TrainingCatalogue catalogue) =>
        parsed.CommandResult.Children.OfType<OptionResult>().FirstOrDefault(given => given.Option.Name == Name) is { Tokens: [{ Value: var file }], Errors: var errors } && !errors.Any()
            ? Load(catalogue, file)
            : catalogue;

    /// <summary>Loads the file. The user's code in it may take its time.</summary>
    private static TrainingCatalogue Load(TrainingCatalogue catalogue, string file)
    {
        SlowWork.Is($"loading the models of {Printable.Of(file)}");
        return PluginFile.AddTo(catalogue, file);
    }

    /// <summary>The folder of the file; null without the option.</summary>
    public static string? Folder(string? file) => file is null ? null : Path.GetDirectoryName(Path.GetFullPath(file));

    /// <summary>A sentence if the option was given and a plan does not need its file.</summary>
    public static string? Remark(string? file, TrainingPlan plan) => file is null || plan.ModelsFile == Path.GetFileName(file)
        ? null
        : $"{Name} has no effect: {plan.Model} with loss {plan.Loss}, optimizer {plan.Optimizer} and schedule {plan.Schedule} takes nothing from that file.";
}
