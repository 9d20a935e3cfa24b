using System.Buffers;
using System.Numerics.Tensors;
using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.DependencyInjection;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Training.Catalogue;
using Mnist.Distributed.Training.Data;
using Mnist.Distributed.Training.Gradients;
using Mnist.Distributed.Training.Models;
using Mnist.Distributed.Training.Models.Fast.Sparse;
using Mnist.Distributed.Training.Native;
using Mnist.Distributed.Training.State;
using Mnist.Distributed.Training.Vectors;
using Orleans.Serialization;

namespace Mnist.Distributed.Benchmarks.Micro;

/// <summary>
/// Measures the parts of one step of a worker with 30 images, and the update after it.
/// </summary>
[MemoryDiagnoser]
public class StepParts : IDisposable
{
    private const int Batch = 30;

    private readonly InkBatch _ink = new(Recipe.Sample.Pixels, Recipe.Normalisation);
    private ImageSet _images = null!;
    private int[] _indexes = [];
    private float[] _outputGradients = [];
    private Network _network = null!;
    private GradientComputation _gradient = null!;
    private ModelState _state = null!;
    private ParameterVector _update = ParameterVector.Empty;
    private float[] _sum = [];
    private Serializer<ParameterVector> _serializer = null!;
    private readonly ArrayBufferWriter<byte> _written = new();
    private long _step;

    /// <summary>Name of the model.</summary>
    [Params("mlp", "cnn")]
    public string Net { get; set; } = "mlp";

    /// <summary>Draws weights and loads the images.</summary>
    [GlobalSetup]
    public void Prepare()
    {
        LibTorch.EnsureLoaded();
        _images = Contenders.Digits.Find(null).GetAwaiter().GetResult().Train;
        _indexes = [.. Enumerable.Range(0, Batch)];
        var plan = new TrainingPlan { Model = Net, Workers = 1, BatchSize = Batch, Samples = _images.Count };
        var setup = TrainingSetup.Of(plan);
        var model = setup.Model;
        _state = setup.NewState();
        _network = model.Bind(new NetworkBinding(model.Layout, _state.Parameters, new FlatVector(model.Layout.Length), Batch));
        _gradient = new GradientComputation(setup, _images, _state.Parameters, 0);
        _outputGradients = [.. Enumerable.Range(0, Batch * Recipe.Digits.Count).Select(i => MathF.Sin(i) * 0.1f)];
        _update = new ParameterVector(new float[model.Layout.Length]);
        _sum = new float[model.Layout.Length];
        _serializer = new ServiceCollection().AddSerializer().BuildServiceProvider().GetRequiredService<Serializer<ParameterVector>>();
        _network.Train(new Batch(_images, _indexes), default);
    }

    /// <summary>Sorting the ink of a batch by sample and by pixel.</summary>
    [Benchmark]
    public void Gather() => _ink.Fill(new Batch(_images, _indexes));

    /// <summary>Ink and forward pass.</summary>
    [Benchmark]
    public float Forward() => _network.Train(new Batch(_images, _indexes), default)[0];

    /// <summary>Ink, forward and backward pass.</summary>
    [Benchmark]
    public void ForwardBackward()
    {
        _network.Train(new Batch(_images, _indexes), default);
        _network.Backpropagate(_outputGradients);
    }

    /// <summary>A worker's whole gradient: choice of the samples, passes, loss.</summary>
    [Benchmark(Baseline = true)]
    public StepTotals Gradient() => _gradient.Compute(_step++ % 2000);

    /// <summary>Addition of two workers' gradients.</summary>
    [Benchmark]
    public void Sum() => TensorPrimitives.Add(_gradient.Gradient.Span, _update.Span, _sum);

    /// <summary>Serializing a vector, and reading it again.</summary>
    [Benchmark]
    public int Codec()
    {
        _written.ResetWrittenCount();
        _serializer.Serialize(_update, _written);
        return _serializer.Deserialize(_written.WrittenMemory)!.Length;
    }

    /// <summary>Applying an update: optimizer and running statistics.</summary>
    [Benchmark]
    public void Apply() => _state.Apply(new StepUpdate(_state.Step, _update, default, null));

    /// <summary>The ledger's hash of a step.</summary>
    [Benchmark]
    public long Hash() => _state.Hash().Value;

    /// <inheritdoc />
    [GlobalCleanup]
    public void Dispose()
    {
        _network.Dispose();
        _gradient.Dispose();
        GC.SuppressFinalize(this);
    }
}
