using System.CommandLine;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Training.Catalogue;

namespace Mnist.Distributed.Coordinator.Commands.Options;

/// <summary>The options for the settings of the catalogue's models and optimizers.</summary>
internal sealed class SettingOptions
{
    private readonly TrainingCatalogue _catalogue;
    private readonly IReadOnlyList<Option<string>> _options;

    /// <summary>Makes options for some settings of a catalogue.</summary>
    /// <param name="catalogue">The models and optimizers.</param>
    /// <param name="settings">The settings that get an option.</param>
    public SettingOptions(TrainingCatalogue catalogue, IEnumerable<Setting> settings)
    {
        _catalogue = catalogue;
        _options = [.. settings.DistinctBy(setting => setting.Name).Select(Make)];
    }

    /// <summary>Makes options for all settings of a catalogue.</summary>
    public static SettingOptions OfAll(TrainingCatalogue catalogue) =>
        new(catalogue, [.. catalogue.Models.SelectMany(model => model.Settings), .. catalogue.Optimizers.SelectMany(optimizer => optimizer.Settings)]);

    /// <summary>Makes options for the settings of a catalogue's models.</summary>
    public static SettingOptions OfModels(TrainingCatalogue catalogue) => new(catalogue, catalogue.Models.SelectMany(model => model.Settings));

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in _options)
        {
            command.Add(option);
        }
    }

    /// <summary>Whether a setting was given.</summary>
    public bool AnyGiven(ParseResult parsed) => _options.Any(option => parsed.GetResult(option) is { Implicit: false });

    /// <summary>
    /// A plan with the settings that were given, and with the defaults of all other settings.
    /// </summary>
    /// <exception cref="InvalidInputException">
    /// Neither the plan's model nor its optimizer has a setting that was given.
    /// </exception>
    public TrainingPlan Complete(TrainingPlan plan, ParseResult parsed)
    {
        var optimizer = _catalogue.Optimizer(plan.Optimizer).Settings;
        foreach (var option in _options.Where(option => parsed.GetResult(option) is { Implicit: false }))
        {
            var (name, value) = (option.Name.TrimStart('-'), parsed.GetValue(option)!);
            plan = optimizer.Any(setting => setting.Name == name)
                ? plan with { OptimizerSettings = plan.OptimizerSettings.With(name, value) }
                : plan with { ModelSettings = plan.ModelSettings.With(name, value) };
        }

        return _catalogue.Complete(plan);
    }

    private static Option<string> Make(Setting setting) => new($"--{setting.Name}")
    {
        Description = setting.Description,
        HelpName = setting.ValueName,
        DefaultValueFactory = _ => setting.UsualText,
        CustomParser = result =>
        {
            try
            {
                return setting.Canonical(result.Tokens.Count > 0 ? result.Tokens[^1].Value : "");
            }
            catch (InvalidInputException refusal)
            {
                result.AddError(OptionNames.Render(refusal));
                return setting.UsualText;
            }
        },
    };
}
