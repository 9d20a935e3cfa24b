using System.CommandLine;
using System.Globalization;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Training.Catalogue;
using Mnist.Distributed.Training.Losses;

namespace Mnist.Distributed.Coordinator.Commands.Options;

/// <summary>
/// The options that say how a step changes the weights: optimizer, learning rate, schedule,
/// clipping and moving average.
/// </summary>
internal sealed class UpdateOptions
{
    private readonly TrainingCatalogue _catalogue;
    private readonly Option<string?> _optimizer;
    private readonly Option<float?> _rate;
    private readonly Option<string> _schedule;
    private readonly Option<int> _warmup = OptionKind.Number(
        "--warmup-steps", new TrainingPlan().WarmupSteps, "Steps at the start in which the learning rate rises; 'cosine', 'one-cycle' and 'polynomial' begin after them.").Counts("steps").In(OptionGroup.Optimization);

    private readonly Option<float?> _clipValue = OptionKind.Number<float>("--clip-value", "Limit for each element of the mean gradient. Default: none.").In(OptionGroup.Optimization);
    private readonly Option<float?> _clipNorm = OptionKind.Number<float>("--clip-norm", "Limit for the norm of the mean gradient, after --clip-value. Default: none.").In(OptionGroup.Optimization);
    private readonly Option<double?> _ema = OptionKind.Number<double>(
        "--ema", "Decay of a moving average of the weights, such as 0.999: the average is evaluated, and model.safetensors holds it. Default: no average.").In(OptionGroup.Optimization);

    private readonly SettingOptions _settings;
    private readonly bool _scheduled;

    private UpdateOptions(TrainingCatalogue catalogue, bool scheduled)
    {
        var defaults = new TrainingPlan();
        _catalogue = catalogue;
        _scheduled = scheduled;
        _settings = scheduled ? SettingOptions.OfAll(catalogue) : SettingOptions.OfSteps(catalogue);
        _optimizer = OptionKind.OptionalText("--optimizer", "NAME", $"Optimizer: {string.Join(", ", catalogue.Optimizers.Select(known => known.Name))}. Default: that of the loss; sgd without a loss.").Takes(ValueKind.Optimizer(catalogue)).In(OptionGroup.Optimization);
        _rate = OptionKind.Number<float>("--lr", $"Learning rate; with one-cycle, the highest. Default: that of the loss with its optimizer, else {Rates(catalogue)}.").In(OptionGroup.Optimization);
        _schedule = OptionKind.Text(
            "--schedule", "NAME", $"Schedule of the learning rate: {string.Join(", ", catalogue.Schedules.Select(known => known.Name))}; 'mnist models' explains them.", defaults.Schedule).Takes(ValueKind.Schedule(catalogue)).In(OptionGroup.Optimization);
    }

    /// <summary>
    /// All of these options, with the settings of models, optimizers and schedules.
    /// </summary>
    public static UpdateOptions All(TrainingCatalogue catalogue) => new(catalogue, scheduled: true);

    /// <summary>The options that change the cost of a step.</summary>
    public static UpdateOptions OfCost(TrainingCatalogue catalogue) => new(catalogue, scheduled: false);

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        Option[] scheduled = _scheduled ? [_rate, _schedule, _warmup] : [];
        foreach (var option in (Option[])[_optimizer, .. scheduled, _clipValue, _clipNorm, _ema])
        {
            command.Add(option);
        }

        _settings.AddTo(command);
    }

    /// <summary>A plan with what was given, and with the defaults of all else.</summary>
    /// <param name="plan">The plan, with task, loss and model.</param>
    /// <param name="use">The defaults of a run with this task and this loss.</param>
    /// <param name="parsed">The command line.</param>
    /// <exception cref="Contracts.InvalidInputException">
    /// A name is unknown, or a setting that was given belongs to none of the plan's parts.
    /// </exception>
    public TrainingPlan Complete(TrainingPlan plan, LossUse use, ParseResult parsed)
    {
        var optimizer = _catalogue.Optimizer(parsed.GetValue(_optimizer) ?? use.Optimizer);
        var rate = optimizer.Name == use.Optimizer ? use.LearningRate : optimizer.LearningRate;
        plan = plan with
        {
            Optimizer = optimizer.Name,
            OptimizerSettings = optimizer.Name == plan.Optimizer ? plan.OptimizerSettings : Settings.Empty,
            LearningRate = rate,
            ClipValue = parsed.GetValue(_clipValue),
            ClipNorm = parsed.GetValue(_clipNorm),
            Ema = parsed.GetValue(_ema),
        };
        if (_scheduled)
        {
            plan = plan with
            {
                LearningRate = parsed.GetValue(_rate) ?? rate,
                Schedule = parsed.GetValue(_schedule)!,
                WarmupSteps = parsed.GetValue(_warmup),
            };
        }

        return _settings.Complete(plan, parsed);
    }

    private static string Rates(TrainingCatalogue catalogue) => string.Join(", ", catalogue.Optimizers
        .GroupBy(optimizer => optimizer.LearningRate)
        .Select(group => $"{group.Key.ToString(CultureInfo.InvariantCulture)} ({string.Join(", ", group.Select(optimizer => optimizer.Name))})"));
}
