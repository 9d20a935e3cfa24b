using BenchmarkDotNet.Attributes;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Training.Catalogue;
using Mnist.Distributed.Training.State;

namespace Mnist.Distributed.Benchmarks.Micro;

/// <summary>
/// Measures one update with each optimizer, and what clipping and a moving average add to it, as
/// ratios to plain descent.
/// </summary>
[MemoryDiagnoser]
public class OptimizerSteps
{
    private ModelState _sgd = null!;
    private ModelState _state = null!;
    private ParameterVector _gradient = ParameterVector.Empty;

    /// <summary>Name of the model.</summary>
    [Params("mlp", "cnn")]
    public string Net { get; set; } = "mlp";

    /// <summary>What is measured.</summary>
    [Params("momentum", "nesterov", "adam", "adamw", "rmsprop", "adagrad", "clip-value", "clip-norm", "ema")]
    public string What { get; set; } = "adam";

    /// <summary>Draws weights and a gradient.</summary>
    [GlobalSetup]
    public void Prepare()
    {
        var plan = new TrainingPlan { Model = Net, Samples = 30_000_000, Epochs = 1_000 };
        var momentum = Settings.Empty.With("momentum", "0.9");
        _sgd = TrainingSetup.Of(plan).NewState();
        _state = TrainingSetup.Of(What switch
        {
            "momentum" => plan with { OptimizerSettings = momentum },
            "nesterov" => plan with { OptimizerSettings = momentum.With("nesterov", "true") },
            "clip-value" => plan with { ClipValue = 0.001f },
            "clip-norm" => plan with { ClipNorm = 0.1f },
            "ema" => plan with { Ema = 0.99 },
            _ => plan with { Optimizer = What },
        }).NewState();
        var random = new Random(1);
        _gradient = new ParameterVector((float[])[.. Enumerable.Range(0, _sgd.Parameters.Length).Select(_ => (random.NextSingle() - 0.5f) * 0.01f)]);
    }

    /// <summary>An update with plain descent.</summary>
    [Benchmark(Baseline = true)]
    public void Descent() => Apply(_sgd);

    /// <summary>An update with what is measured.</summary>
    [Benchmark]
    public void Update() => Apply(_state);

    private void Apply(ModelState state) => state.Apply(new StepUpdate(state.Step, _gradient, new StepTotals(1, 1, 1, 30), null));
}
