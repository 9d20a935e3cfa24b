using System.CommandLine;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Plans;

namespace Mnist.Distributed.Coordinator.Commands.Options;

/// <summary>The options with which a user marks a run, to find the run again.</summary>
internal sealed class LabelOptions
{
    private readonly Option<string?> _name = OptionKind.OptionalText("--name", "NAME", "Name of the run. Commands take it in place of the id.").In(OptionGroup.Results);

    private readonly Option<string[]> _tags = OptionKind.Several("--tag", "TAG", "A tag of the run; may be given several times.").In(OptionGroup.Results);

    private readonly Option<string?> _notes = OptionKind.OptionalText("--notes", "TEXT", "A text that is kept with the run.").In(OptionGroup.Results);

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_name);
        command.Add(_tags);
        command.Add(_notes);
    }

    /// <summary>Reads the options.</summary>
    /// <exception cref="InvalidInputException">A label breaks its rule.</exception>
    public RunLabels Read(ParseResult parsed)
    {
        var labels = new RunLabels(parsed.GetValue(_name), [.. (parsed.GetValue(_tags) ?? []).Distinct()], parsed.GetValue(_notes));
        RunLabels.Validate(labels);
        return labels;
    }
}
