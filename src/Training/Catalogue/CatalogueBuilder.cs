using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Data;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Training.Assemblies;
using Mnist.Distributed.Training.Losses;
using Mnist.Distributed.Training.Models;
using Mnist.Distributed.Training.Models.Torch;
using Mnist.Distributed.Training.Objectives;
using Mnist.Distributed.Training.Optimizers;
using Mnist.Distributed.Training.Schedules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Mnist.Distributed.Training.Catalogue;

/// <summary>
/// Adds a user's models, losses, optimizers and schedules to those of a catalogue. A name that
/// exists already is refused, and so is a name that cannot be written on a command line.
/// </summary>
public sealed class CatalogueBuilder
{
    private const int MostLetters = 64;

    private readonly TrainingCatalogue _start;
    private readonly OwnCode _code;
    private readonly List<ModelDefinition> _models = [];
    private readonly List<LossDefinition> _losses = [];
    private readonly List<OptimizerDefinition> _optimizers = [];
    private readonly List<ScheduleDefinition> _schedules = [];

    /// <summary>Starts with the entries of a catalogue.</summary>
    /// <param name="start">The catalogue; it does not change.</param>
    /// <param name="code">The assembly that defines what is added.</param>
    internal CatalogueBuilder(TrainingCatalogue start, OwnCode code)
    {
        _start = start;
        _code = code;
    }

    /// <summary>Adds a model.</summary>
    /// <param name="model">Its name, settings, and how it is made for a shape of images.</param>
    /// <returns>This builder.</returns>
    /// <exception cref="InvalidInputException">
    /// The name exists already or cannot be used.
    /// </exception>
    public CatalogueBuilder Add(ModelDefinition model)
    {
        Check("model", model.Name, _start.Models.Concat(_models).Select(known => known.Name));
        CheckSettings($"model {model.Name}", model.Settings);
        _models.Add(model with { Code = _code });
        return this;
    }

    /// <summary>Adds a TorchSharp module without settings.</summary>
    /// <param name="name">Its name, for <c>--model</c>.</param>
    /// <param name="create">
    /// Makes the module for settings and a shape of images, as <see cref="TorchModel"/> says.
    /// </param>
    /// <returns>This builder.</returns>
    /// <exception cref="InvalidInputException">
    /// The name exists already or cannot be used.
    /// </exception>
    public CatalogueBuilder Add(string name, Func<Settings, ModelShape, Module<Tensor, Tensor>> create) => Add(TorchModel.Define(name, create));

    /// <summary>Adds a TorchSharp module with settings, which become options.</summary>
    /// <param name="name">Its name, for <c>--model</c>.</param>
    /// <param name="summary">A description in a few words, for help.</param>
    /// <param name="settings">The settings that it has.</param>
    /// <param name="create">
    /// Makes the module for settings and a shape of images, as <see cref="TorchModel"/> says.
    /// </param>
    /// <returns>This builder.</returns>
    /// <exception cref="InvalidInputException">
    /// The name exists already or cannot be used.
    /// </exception>
    public CatalogueBuilder Add(string name, string summary, IReadOnlyList<Setting> settings, Func<Settings, ModelShape, Module<Tensor, Tensor>> create) =>
        Add(TorchModel.Define(name, summary, settings, shape => create(shape.Settings, shape)));

    /// <summary>Adds a loss.</summary>
    /// <param name="name">Its name, for <c>--loss</c>.</param>
    /// <param name="create">
    /// Makes the objective for the shape of a data set. The task is <c>digits</c>.
    /// </param>
    /// <param name="probabilities">
    /// How outputs become probabilities. Default: they are none.
    /// </param>
    /// <returns>This builder.</returns>
    /// <exception cref="InvalidInputException">
    /// The name exists already or cannot be used.
    /// </exception>
    public CatalogueBuilder AddLoss(string name, Func<DataShape, IObjective> create, OutputProbabilities? probabilities = null)
    {
        Check("loss", name, _start.Losses.Concat(_losses).Select(known => known.Name));
        _losses.Add(LossDefinition.OfClasses(name, create) with { Code = _code, Probabilities = probabilities });
        return this;
    }

    /// <summary>Adds an optimizer.</summary>
    /// <param name="optimizer">Its name, settings, and how it is made.</param>
    /// <returns>This builder.</returns>
    /// <exception cref="InvalidInputException">
    /// The name exists already or cannot be used.
    /// </exception>
    public CatalogueBuilder AddOptimizer(OptimizerDefinition optimizer)
    {
        Check("optimizer", optimizer.Name, _start.Optimizers.Concat(_optimizers).Select(known => known.Name));
        CheckSettings($"optimizer {optimizer.Name}", optimizer.Settings);
        _optimizers.Add(optimizer with { Code = _code });
        return this;
    }

    /// <summary>Adds a schedule of the learning rate.</summary>
    /// <param name="schedule">Its name, settings, and how it is made.</param>
    /// <returns>This builder.</returns>
    /// <exception cref="InvalidInputException">
    /// The name exists already or cannot be used.
    /// </exception>
    public CatalogueBuilder AddSchedule(ScheduleDefinition schedule)
    {
        Check("schedule", schedule.Name, _start.Schedules.Concat(_schedules).Select(known => known.Name));
        CheckSettings($"schedule {schedule.Name}", schedule.Settings);
        _schedules.Add(schedule with { Code = _code });
        return this;
    }

    /// <summary>The catalogue with all entries.</summary>
    internal TrainingCatalogue Build() => new()
    {
        Models = [.. _start.Models, .. _models],
        Losses = [.. _start.Losses, .. _losses],
        Optimizers = [.. _start.Optimizers, .. _optimizers],
        Schedules = [.. _start.Schedules, .. _schedules],
        Tasks = _start.Tasks,
    };

    private void Check(string kind, string name, IEnumerable<string> known)
    {
        CheckName($"the {kind}", name);
        InvalidInputException.Require(!known.Contains(name), $"{_code.File} adds a {kind} '{name}', but there is one of that name already: give it another name.");
    }

    private void CheckSettings(string owner, IReadOnlyList<Setting> settings)
    {
        foreach (var setting in settings)
        {
            CheckName($"a setting of {owner}", setting.Name);
        }

        InvalidInputException.Require(
            settings.DistinctBy(setting => setting.Name).Count() == settings.Count, $"{_code.File} gives two settings of {owner} the same name: give them different names.");
    }

    private void CheckName(string what, string name) => InvalidInputException.Require(
        name is { Length: > 0 and <= MostLetters } && char.IsAsciiLetter(name[0]) && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '.' or '_'),
        $"{_code.File} calls {what} '{Printable.Of(name ?? "", MostLetters)}': give it a name of up to {MostLetters} letters, digits, '-', '.' and '_' that begins with a letter.");
}
