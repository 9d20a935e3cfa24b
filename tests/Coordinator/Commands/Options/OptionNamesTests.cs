using System.CommandLine;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Data;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Coordinator.Clusters;
using Mnist.Distributed.Coordinator.Commands.Options;
using Mnist.Distributed.Coordinator.Commands.Train;
using Mnist.Distributed.Training.Catalogue;
using Xunit;

namespace Mnist.Distributed.Tests.Coordinator.Commands.Options;

/// <summary>
/// Checks name properties; what a user reads names options, and only such as there are.
/// </summary>
public sealed class OptionNamesTests
{
    private static readonly Command Train = TrainCommand.Create(TrainingCatalogue.Standard, SiloProgram.BuiltIn);

    private static readonly HashSet<string> Options = [.. Train.Options.Select(option => option.Name)];

    private static readonly TrainingPlan Plan = new();
    private static readonly RunOptions Run = new();

    /// <summary>A plan, or options, for each check there is.</summary>
    public static TheoryData<string, Action> Refusals => new()
    {
        { "--workers", () => PlanValidation.Validate(Plan with { Workers = 0 }) },
        { "--batch-size", () => PlanValidation.Validate(Plan with { BatchSize = 0 }) },
        { "--batch-size --workers", () => PlanValidation.Validate(Plan with { BatchSize = 2, Workers = 3 }) },
        { "--epochs", () => PlanValidation.Validate(Plan with { Epochs = 0 }) },
        { "--lr", () => PlanValidation.Validate(Plan with { LearningRate = 0 }) },
        { "--limit", () => PlanValidation.Validate(Plan with { Samples = 0 }) },
        { "--models-from", () => PlanValidation.Validate(Plan with { ModelsFile = "a/b.dll", ModelsSha256 = new string('0', 64) }) },
        { "--models-from", () => TrainingSetup.Of(Plan with { ModelsFile = "b.dll", ModelsSha256 = new string('0', 64) }) },
        { "--checkpoint-every", () => PlanValidation.Validate(Run with { CheckpointEvery = -1 }) },
        { "--ledger-every", () => PlanValidation.Validate(Run with { HashEvery = -1 }) },
        { "--slices", () => PlanValidation.Validate(Run with { Slices = 0 }) },
        { "--fan-out", () => PlanValidation.Validate(Run with { FanOut = 3 }) },
        { "--workers --batch-size", () => new MemoryNeed(2, long.MaxValue / 4, 1, 1).Check(1000, "this machine") },
        { "--model", () => TrainingSetup.Of(Plan with { Model = "cnn", Data = Recipe.Data with { Sample = new SampleShape(1, 2, 2) } }) },
        { "--hidden --dropout", () => TrainingSetup.Of(Plan with { Model = "cnn", ModelSettings = Settings.Empty.With("hidden", "5") }) },
        { "--hidden", () => TrainingSetup.Of(Plan with { ModelSettings = Settings.Empty.With("hidden", "0") }) },
        { "--hidden", () => TrainingSetup.Of(Plan with { ModelSettings = Settings.Empty.With("hidden", "many") }) },
        { "--momentum", () => TrainingSetup.Of(Plan with { OptimizerSettings = Settings.Empty.With("momentum", "1") }) },
        { "--nesterov --momentum --dampening", () => TrainingSetup.Of(Plan with { OptimizerSettings = Settings.Empty.With("nesterov", "true") }) },
        { "--dampening --momentum", () => TrainingSetup.Of(Plan with { OptimizerSettings = Settings.Empty.With("dampening", "0.1") }) },
        { "--beta1 --momentum", () => TrainingSetup.Of(Plan with { OptimizerSettings = Settings.Empty.With("beta1", "0.9") }) },
        { "--epsilon", () => TrainingSetup.Of(Plan with { Optimizer = "adam", OptimizerSettings = Settings.Empty.With("epsilon", "0") }) },
        { "--alpha", () => TrainingSetup.Of(Plan with { Optimizer = "rmsprop", OptimizerSettings = Settings.Empty.With("alpha", "1") }) },
        { "--clip-value", () => PlanValidation.Validate(Plan with { ClipValue = 0 }) },
        { "--clip-norm", () => PlanValidation.Validate(Plan with { ClipNorm = float.NaN }) },
        { "--ema", () => PlanValidation.Validate(Plan with { Ema = 1 }) },
        { "--warmup-steps", () => PlanValidation.Validate(Plan with { WarmupSteps = -1 }) },
        { "--warmup-steps --epochs", () => TrainingSetup.Of(Plan with { WarmupSteps = int.MaxValue }) },
        { "--step-size", () => TrainingSetup.Of(Plan with { Schedule = "step" }) },
        { "--step-size --epochs", () => TrainingSetup.Of(Plan with { Schedule = "step", ScheduleSettings = Settings.Empty.With("step-size", "10") }) },
        { "--milestones --epochs", () => TrainingSetup.Of(Plan with { Schedule = "multi-step", ScheduleSettings = Settings.Empty.With("milestones", "3,10") }) },
        { "--milestones", () => TrainingSetup.Of(Plan with { Schedule = "multi-step", ScheduleSettings = Settings.Empty.With("milestones", "3,3") }) },
        { "--gamma", () => TrainingSetup.Of(Plan with { Schedule = "exponential", ScheduleSettings = Settings.Empty.With("gamma", "1.5") }) },
        { "--min-lr --lr", () => TrainingSetup.Of(Plan with { Schedule = "cosine", ScheduleSettings = Settings.Empty.With("min-lr", "0.01") }) },
        { "--pct-start", () => TrainingSetup.Of(Plan with { Schedule = "one-cycle", ScheduleSettings = Settings.Empty.With("pct-start", "2") }) },
        { "--power", () => TrainingSetup.Of(Plan with { Schedule = "polynomial", ScheduleSettings = Settings.Empty.With("power", "0") }) },
        { "--optimizer --ema", () => TrainingSetup.Of(Plan).NewState().Restore(TrainingSetup.Of(Plan with { Ema = 0.9 }).NewState().Snapshot()) },
        { "--optimizer --ema", () => TrainingSetup.RequireStorable(Plan, new ModelSize(Vector: 100_000_000, Parameters: 100_000_000, Slots: 2, FloatsPerSample: 1)) },
        { "--weight-decay", () => TrainingSetup.Of(Plan with { OptimizerSettings = Settings.Empty.With("weight-decay", "-1") }) },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public void A_refusal_names_options_that_train_has(string expected, Action check)
    {
        var refusal = Assert.Throws<InvalidInputException>(check);

        var sentence = OptionNames.Render(refusal);

        Assert.NotEmpty(refusal.Properties);
        Assert.All(refusal.Properties, property => Assert.Contains(OptionNames.Of(property), Options));
        Assert.All(expected.Split(' '), option => Assert.Contains(option, sentence, StringComparison.Ordinal));
        Assert.All(
            refusal.Properties.Where(property => char.IsUpper(property[0])),
            property => Assert.DoesNotContain(property, sentence, StringComparison.Ordinal));
    }

    /// <summary>
    /// A check that is added later may name a property that is renamed on the command line.
    /// </summary>
    [Theory]
    [InlineData(typeof(TrainingPlan))]
    [InlineData(typeof(RunOptions))]
    public void A_property_with_an_option_has_the_options_name(Type type)
    {
        // What the user cannot set, or sets by the presence of a flag.
        string[] others =
        [
            nameof(TrainingPlan.DataFolder), nameof(TrainingPlan.DataDigest), nameof(TrainingPlan.DataSet), nameof(TrainingPlan.TestSamples),
            nameof(TrainingPlan.Shuffle), nameof(TrainingPlan.InitialWeights), nameof(TrainingPlan.ModelSettings), nameof(TrainingPlan.OptimizerSettings),
            nameof(TrainingPlan.TaskSettings), nameof(TrainingPlan.LossSettings), nameof(TrainingPlan.TeacherSha256),
            nameof(TrainingPlan.ScheduleSettings),
            nameof(TrainingPlan.Metric), nameof(TrainingPlan.ModelsSha256), nameof(TrainingPlan.StepsPerEpoch), nameof(TrainingPlan.TotalSteps),
            nameof(RunOptions.Labels), nameof(RunOptions.IsOnOneSilo), nameof(RunOptions.PauseAfter), "EqualityContract",
        ];
        Assert.All(type.GetProperties().Select(property => property.Name).Except(others), property => Assert.Contains(OptionNames.Of(property), Options));
    }

    [Fact]
    public void Each_setting_of_the_catalogue_has_an_option_of_its_name_with_its_owner()
    {
        var catalogue = TrainingCatalogue.Standard;
        (string Owner, Setting Setting)[] settings =
        [
            .. catalogue.Models.SelectMany(model => model.Settings, (model, setting) => (model.Name, setting)),
            .. catalogue.Optimizers.SelectMany(optimizer => optimizer.Settings, (optimizer, setting) => (optimizer.Name, setting)),
            .. catalogue.Schedules.SelectMany(schedule => schedule.Settings, (schedule, setting) => (schedule.Name, setting)),
        ];

        Assert.All(settings, owned =>
        {
            var option = Assert.IsType<Option<string>>(Train.Options.Single(option => option.Name == OptionNames.Of(owned.Setting.Name)));
            Assert.Contains(owned.Setting.Description.TrimEnd('.'), option.Description, StringComparison.Ordinal);
            Assert.Contains(owned.Owner, option.Description, StringComparison.Ordinal);
        });
    }

    /// <summary>An option has one default, or its help tells the default of each owner.</summary>
    [Theory]
    [InlineData("--momentum", "0", "")]
    [InlineData("--beta2", "0.999", "")]
    [InlineData("--weight-decay", null, "Default: 0 (sgd, adam, rmsprop, adagrad), 0.01 (adamw).")]
    [InlineData("--epsilon", null, "Default: 1E-08 (adam, adamw, rmsprop), 1E-10 (adagrad).")]
    [InlineData("--gamma", null, "Default: 0.1 (step, multi-step). Needed with exponential.")]
    [InlineData("--step-size", null, "Needed with step.")]
    public void Help_tells_the_defaults(string name, string? usual, string sentence)
    {
        var option = (Option<string>)Train.Options.Single(option => option.Name == name);

        Assert.Equal(usual, Train.Parse([]).GetValue(option));
        Assert.EndsWith(sentence, option.Description, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Workers must be at least WorkersOf 1.", "--workers must be at least WorkersOf 1.")]
    [InlineData("Raise BatchSize: the batch has BatchSize-1 samples.", "Raise --batch-size: the batch has BatchSize-1 samples.")]
    [InlineData("decay is not weight-decay.", "--decay is not --weight-decay.")]
    public void Only_whole_words_are_replaced(string message, string expected) => Assert.Equal(
        expected, OptionNames.Render(new InvalidInputException(message, ["Workers", "BatchSize", "decay", "weight-decay", "Workers"])));
}
