using System.CommandLine;
using System.CommandLine.Parsing;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Training.Catalogue;

namespace Mnist.Distributed.Coordinator.Commands.Options;

/// <summary>
/// The options for the settings of the catalogue's models, tasks, losses, optimizers and schedules.
/// Settings of one name share an option; its help tells their owners and their defaults.
/// </summary>
internal sealed class SettingOptions
{
    private readonly TrainingCatalogue _catalogue;
    private readonly IReadOnlyList<Option<string>> _options;

    private SettingOptions(TrainingCatalogue catalogue, IEnumerable<OwnedSetting> settings)
    {
        _catalogue = catalogue;
        _options = [.. settings.GroupBy(owned => owned.Setting.Name).Select(group => Make([.. group]))];
    }

    /// <summary>Makes options for all settings of a catalogue.</summary>
    public static SettingOptions OfAll(TrainingCatalogue catalogue) => Of(catalogue, SettingPart.All);

    /// <summary>Makes options for the settings that change the cost of a step.</summary>
    public static SettingOptions OfSteps(TrainingCatalogue catalogue) =>
        Of(catalogue, SettingPart.Model, SettingPart.Task, SettingPart.Loss, SettingPart.Optimizer);

    /// <summary>Makes options for the settings of a catalogue's models.</summary>
    public static SettingOptions OfModels(TrainingCatalogue catalogue) => Of(catalogue, SettingPart.Model);

    /// <summary>Makes options for the settings of a catalogue's tasks.</summary>
    public static SettingOptions OfTasks(TrainingCatalogue catalogue) => Of(catalogue, SettingPart.Task);

    private static SettingOptions Of(TrainingCatalogue catalogue, params IEnumerable<SettingPart> parts) =>
        new(catalogue, parts.SelectMany(part => part.Known(catalogue).Select(owned => owned with { Group = part.Group })));

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in _options)
        {
            command.Add(option);
        }
    }

    /// <summary>Whether a setting was given.</summary>
    public bool AnyGiven(ParseResult parsed) => _options.Any(parsed.IsTyped);

    /// <summary>
    /// A plan with the settings that were given, and with the defaults of all other settings. The
    /// user's own default for a setting counts where a part of the plan has that setting.
    /// </summary>
    /// <exception cref="InvalidInputException">
    /// No part of the plan has a setting that was given, or a setting without a default is missing.
    /// </exception>
    public TrainingPlan Complete(TrainingPlan plan, ParseResult parsed)
    {
        foreach (var option in _options)
        {
            var name = option.Name.TrimStart('-');
            if (parsed.GetResult(option) is { Implicit: false } given && (parsed.IsTyped(option) || Owner(plan, name) is not null))
            {
                plan = With(plan, name, given.Tokens.Count == 0 ? Setting<bool>.Text(true) : parsed.GetValue(option)!);
            }
        }

        return _catalogue.Complete(plan);
    }

    /// <summary>
    /// Gives a setting to the part of the plan that has it. If none has it, the plan's part of the
    /// kind that could have it gets it, and refuses it.
    /// </summary>
    private TrainingPlan With(TrainingPlan plan, string name, string value)
    {
        var part = Owner(plan, name) ?? SettingPart.All.First(part => part.Known(_catalogue).Any(owned => owned.Setting.Name == name));
        return part.With(plan, settings => settings.With(name, value));
    }

    /// <summary>The part of a plan that has a setting; null if none has it.</summary>
    private SettingPart? Owner(TrainingPlan plan, string name) =>
        SettingPart.All.FirstOrDefault(part => part.Own(_catalogue, plan).Any(setting => setting.Name == name));

    private static Option<string> Make(OwnedSetting[] owned)
    {
        Setting[] settings = [.. owned.Select(one => one.Setting).Distinct()];
        var option = new Option<string>($"--{settings[0].Name}") { Description = Describe(owned) }.In(owned[0].Group);
        if (settings[0].IsFlag)
        {
            option.Arity = ArgumentArity.Zero;
            return option;
        }

        option.HelpName = settings[0].ValueName;
        option.CustomParser = result => Parse(settings, result);
        if (Array.TrueForAll(settings, setting => !setting.IsNeeded && setting.UsualText == settings[0].UsualText))
        {
            option.DefaultValueFactory = _ => settings[0].UsualText;
        }

        return option;
    }

    /// <summary>The text of a value that at least one of the settings accepts.</summary>
    private static string Parse(Setting[] settings, ArgumentResult result)
    {
        var text = result.Tokens.Count > 0 ? result.Tokens[^1].Value : "";
        InvalidInputException? refused = null;
        foreach (var setting in settings)
        {
            try
            {
                // The owner in the plan brings the text into its own form later.
                var canonical = setting.Canonical(text);
                return settings.Length == 1 ? canonical : text;
            }
            catch (InvalidInputException refusal)
            {
                refused ??= refusal;
            }
        }

        result.AddError(OptionNames.Render(refused!));
        return text;
    }

    private static string Describe(OwnedSetting[] owned)
    {
        var effects = owned.GroupBy(one => one.Setting.Description).Select(group => $"{group.Key.TrimEnd('.')} ({Owners(group)}).");
        var needed = owned.Where(one => one.Setting.IsNeeded).ToArray();
        var usual = owned.Except(needed).GroupBy(one => one.Setting.UsualText).Select(group => $"{group.Key} ({Owners(group)})").ToArray();
        return string.Join(' ', [
            .. effects,
            .. usual.Length > 1 || needed.Length > 0 && usual.Length > 0 ? [$"Default: {string.Join(", ", usual)}."] : (string[])[],
            .. needed.Length > 0 ? [$"Needed with {Owners(needed)}."] : (string[])[],
        ]);
    }

    private static string Owners(IEnumerable<OwnedSetting> owned) => string.Join(", ", owned.Select(one => one.Owner));
}
