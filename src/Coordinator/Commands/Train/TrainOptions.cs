using System.CommandLine;
using System.Globalization;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Coordinator.Commands.Options;
using Mnist.Distributed.Coordinator.Runs;
using Mnist.Distributed.Training.Catalogue;

namespace Mnist.Distributed.Coordinator.Commands.Train;

/// <summary>
/// The options that say what a run trains and with what, of <c>mnist train</c> and of
/// <c>mnist sweep</c>.
/// </summary>
internal sealed class TrainOptions
{
    private static readonly TrainingPlan Defaults = new();

    private readonly ObjectiveOptions _objective;
    private readonly UpdateOptions _update;
    private readonly StoppingOptions _stopping = new();
    private readonly LabelOptions _labels = new();
    private readonly Option<string?> _models = ModelsFrom.Option();
    private readonly Option<string?> _dataset = OptionKind.OptionalText("--dataset", "NAME", $"{SharedOptions.DataSets}. Default: mnist where it can be had, else synthetic.").Takes(ValueKind.DataSet).In(OptionGroup.Data);
    private readonly Option<string?> _data = SharedOptions.Data();
    private readonly Option<Contracts.Data.ImageSize?> _imageSize = SharedOptions.ImageSize();
    private readonly Option<int> _workers = OptionKind.Number("--workers", Defaults.Workers, "Workers, 1 to 1024; each holds one shard.").In(OptionGroup.Optimization);
    private readonly Option<int?> _epochs = OptionKind.Number<int>("--epochs", $"Passes over the training images. Default: {Defaults.Epochs}; for a loss with its own model, as 'mnist losses' says.").In(OptionGroup.Optimization).Counts("epochs");
    private readonly Option<int> _batch = OptionKind.Number("--batch-size", Defaults.BatchSize, "Global batch, split over the workers.").In(OptionGroup.Optimization).Counts("images");
    private readonly Option<long> _seed = OptionKind.Number("--seed", Defaults.Seed, "Seed of initial weights, sample order and dropout.").In(OptionGroup.Optimization);
    private readonly Option<bool> _noShuffle = OptionKind.Flag("--no-shuffle", "Visit the samples in file order.").In(OptionGroup.Data);
    private readonly Option<string?> _init = OptionKind.OptionalText("--init", "WEIGHTS", $"Start from these weights: {WeightsFile.Rule}.").Takes(ValueKind.Weights).In(OptionGroup.Optimization);
    private readonly Dictionary<string, string> _files = [];
    private readonly Option<int?> _limit = SharedOptions.Limit();
    private readonly Option<int> _checkpoint = OptionKind.Number("--checkpoint-every", 0, "Steps between checkpoints within an epoch; 0: at the end of each epoch only.").In(OptionGroup.Place).Counts("steps");
    private readonly Option<int> _ledger = OptionKind.Number("--ledger-every", 1, "Steps between hashes of the parameters in the run's ledger, for 'mnist verify'; 0: none.").In(OptionGroup.Place).Counts("steps");
    private readonly Option<bool> _mixed = SharedOptions.AcceptMixedNumerics();

    /// <summary>Makes the options for the entries of a catalogue.</summary>
    public TrainOptions(TrainingCatalogue catalogue)
    {
        _objective = new ObjectiveOptions(catalogue);
        _update = UpdateOptions.All(catalogue);
        OptionTraits.Of(_init).Lasting = FileOf;
    }

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_models, _dataset, _data, _imageSize, _workers, _epochs, _batch, _seed, _noShuffle, _init, _limit, _checkpoint, _ledger, _mixed])
        {
            command.Add(option);
        }

        _objective.AddTo(command);
        _update.AddTo(command);
        _stopping.AddTo(command);
        _labels.AddTo(command);
    }

    /// <summary>What the run trains; its data are not known yet.</summary>
    /// <exception cref="Contracts.InvalidInputException">A value cannot be used.</exception>
    public TrainingPlan Plan(ParseResult parsed)
    {
        var start = new TrainingPlan
        {
            DataSet = parsed.GetValue(_dataset) ?? Defaults.DataSet,
            Workers = parsed.GetValue(_workers),
            BatchSize = parsed.GetValue(_batch),
            Seed = parsed.GetValue(_seed),
            Shuffle = !parsed.GetValue(_noShuffle),
            Samples = parsed.GetValue(_limit) ?? int.MaxValue,
            ImageSize = parsed.GetValue(_imageSize),
        };
        var (plan, use) = _objective.Choose(start, parsed);
        return _stopping.Complete(_update.Complete(plan with { Epochs = parsed.GetValue(_epochs) ?? use.Epochs }, use, parsed), parsed);
    }

    /// <summary>The options of the run.</summary>
    /// <exception cref="Contracts.InvalidInputException">A value cannot be used.</exception>
    public RunOptions Options(ParseResult parsed) => _stopping.Complete(
        new RunOptions
        {
            CheckpointEvery = parsed.GetValue(_checkpoint),
            HashEvery = parsed.GetValue(_ledger),
            AcceptMixedNumerics = parsed.GetValue(_mixed),
            Labels = _labels.Read(parsed),
        },
        parsed);

    /// <summary>What the training reads.</summary>
    public TrainSources Sources(ParseResult parsed) =>
        new(parsed.GetValue(_dataset) is not null, parsed.GetValue(_data), parsed.GetValue(_init) is { } weights ? FileOf(weights) : null, parsed.GetValue(_models));

    /// <summary>The command that trains the same.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="plan">The plan that it has led to.</param>
    /// <param name="without">Options that do not change what is trained.</param>
    public string Command(ParseResult parsed, TrainingPlan plan, params IReadOnlyList<Option> without) => string.Join(
        ' ',
        [
            "mnist train",
            .. Replay.Options(parsed, without),
            .. parsed.GetValue(_epochs) is null ? ["--epochs", plan.Epochs.ToString(CultureInfo.InvariantCulture)] : Array.Empty<string>(),
        ]);

    /// <summary>
    /// The file of weights, because a name may mean another run later. All trials of a sweep mean
    /// the same one, so a name is looked up once.
    /// </summary>
    private string FileOf(string weights)
    {
        if (!_files.TryGetValue(weights, out var file))
        {
            _files[weights] = file = WeightsFile.Find(weights);
        }

        return file;
    }
}
