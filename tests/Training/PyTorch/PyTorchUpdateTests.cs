using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Tests.Training.Models.Torch;
using Mnist.Distributed.Training.Catalogue;
using Mnist.Distributed.Training.Models.Torch;
using Xunit;

namespace Mnist.Distributed.Tests.Training.PyTorch;

/// <summary>
/// Each optimizer, each schedule, both clippings and the moving average lead where PyTorch's lead:
/// 200 steps of an MLP, from the same weights and on the same batches.
/// </summary>
public sealed class PyTorchUpdateTests : IDisposable
{
    private const int Steps = 200;

    private const double Tolerance = 1e-5;

    /// <summary>
    /// Four epochs of 50 steps. The last batch of an epoch is smaller. The MLP has no ReLU, because
    /// a ReLU would let roundings decide (see <see cref="PyTorchTrainingTests"/>).
    /// </summary>
    private static readonly TrainingPlan Plan = new()
    {
        Model = "mlp-tanh",
        Workers = 1,
        Samples = 1_490,
        Epochs = 4,
        Shuffle = false,
        Seed = 11,
    };

    private static readonly TrainingCatalogue Catalogue = new()
    {
        Models = [.. TrainingCatalogue.Standard.Models, TorchModel.Define("mlp-tanh", (_, shape) => new TanhMlp(shape))],
        Losses = TrainingCatalogue.Standard.Losses,
        Optimizers = TrainingCatalogue.Standard.Optimizers,
        Schedules = TrainingCatalogue.Standard.Schedules,
    };

    private readonly PyTorchComparison _pyTorch;

    public PyTorchUpdateTests(ITestOutputHelper output) => _pyTorch = new PyTorchComparison(output, Catalogue);

    public void Dispose() => _pyTorch.Dispose();

    [Theory]
    [InlineData("sgd", 0.01f, "momentum 0.9; nesterov true; weight-decay 0.001")]
    [InlineData("sgd", 0.01f, "momentum 0.9; dampening 0.5")]
    [InlineData("sgd", 0.01f, "momentum 0.5; dampening 0.1; weight-decay 0.001")]
    [InlineData("adam", 0.001f, "")]
    [InlineData("adam", 0.001f, "beta1 0.8; beta2 0.99; epsilon 1e-6; weight-decay 0.001")]
    [InlineData("adamw", 0.001f, "")]
    [InlineData("adamw", 0.001f, "weight-decay 0.1")]
    [InlineData("rmsprop", 0.0001f, "")]
    [InlineData("rmsprop", 0.0001f, "alpha 0.9; momentum 0.5; epsilon 1e-6; weight-decay 0.001")]
    [InlineData("adagrad", 0.001f, "")]
    [InlineData("adagrad", 0.001f, "epsilon 1e-6; weight-decay 0.001")]
    public Task An_optimizer_leads_where_PyTorchs_leads(string optimizer, float rate, string settings) =>
        Agrees(Plan with { Optimizer = optimizer, LearningRate = rate, OptimizerSettings = Of(settings) });

    [Theory]
    [InlineData("step", "step-size 1; gamma 0.5", 0)]
    [InlineData("step", "step-size 2", 30)]
    [InlineData("multi-step", "milestones 1,3; gamma 0.3", 0)]
    [InlineData("exponential", "gamma 0.6", 0)]
    [InlineData("cosine", "min-lr 0.001", 0)]
    [InlineData("cosine", "", 30)]
    [InlineData("one-cycle", "", 0)]
    [InlineData("one-cycle", "pct-start 0.5; div-factor 10; final-div-factor 100", 0)]
    [InlineData("polynomial", "power 2.5", 0)]
    [InlineData("polynomial", "", 30)]
    [InlineData("constant", "", 30)]
    public Task A_schedule_leads_where_PyTorchs_leads(string schedule, string settings, int warmup) => Agrees(Plan with
    {
        Schedule = schedule,
        ScheduleSettings = Of(settings),
        WarmupSteps = warmup,
        LearningRate = 0.02f,
        OptimizerSettings = PlanSettings.Sgd(0.9f),
    });

    [Theory]
    [InlineData(0.001f, null)]
    [InlineData(null, 0.5f)]
    [InlineData(0.01f, 0.3f)]
    public Task Clipping_leads_where_PyTorchs_leads(float? value, float? norm) =>
        Agrees(Plan with { ClipValue = value, ClipNorm = norm, OptimizerSettings = PlanSettings.Sgd(0.5f) });

    [Fact]
    public Task The_moving_average_is_PyTorchs() => Agrees(Plan with { Ema = 0.95, OptimizerSettings = PlanSettings.Sgd(0.9f) });

    /// <summary>The CNN has running statistics, which the average copies.</summary>
    [Fact]
    public Task The_moving_average_of_a_net_with_running_statistics_is_PyTorchs() => _pyTorch.Agrees(
        Plan with { Model = "cnn", ModelSettings = PlanSettings.Dropout(0), Ema = 0.5 }, steps: 5, resumeEvery: 5, Tolerance);

    [Fact]
    public Task All_together_lead_where_PyTorchs_lead() => Agrees(Plan with
    {
        Optimizer = "adamw",
        LearningRate = 0.001f,
        Schedule = "one-cycle",
        ClipValue = 0.05f,
        ClipNorm = 0.5f,
        Ema = 0.98,
    });

    private Task Agrees(TrainingPlan plan) => _pyTorch.Agrees(plan, Steps, Steps, Tolerance);

    /// <summary>Settings from text: names and values, with semicolons between them.</summary>
    private static Settings Of(string text) => text.Split("; ", StringSplitOptions.RemoveEmptyEntries)
        .Select(entry => entry.Split(' '))
        .Aggregate(Settings.Empty, (bag, entry) => bag.With(entry[0], entry[1]));
}
