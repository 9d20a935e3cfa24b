using System.Globalization;
using System.Runtime.InteropServices;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Training.Data;
using Mnist.Distributed.Training.Native;
using Mnist.Distributed.Training.Randomness;
using Mnist.Distributed.Training.Vectors;
using static TorchSharp.torch;

namespace Mnist.Distributed.Training.Models.Torch;

/// <summary>
/// Tries a module before a run depends on it. It computes one gradient several times, on one
/// instance and on two threads, and refuses a module whose bytes depend on anything else than
/// parameters and inputs.
/// </summary>
internal sealed class ModuleProbe : IDisposable
{
    private const int Samples = 3;

    /// <summary>
    /// Other code of the program may draw from the generator meanwhile, so one pass that leaves it
    /// alone suffices.
    /// </summary>
    private const int Attempts = 3;

    private static readonly ForwardKey Key = new(Seed: 1, Step: 2, Worker: 3);

    private readonly ModuleFactory _factory;
    private readonly int _outputs;
    private readonly ImageSet _images;
    private readonly FlatVector _parameters;
    private readonly ProbedNetwork _first;
    private readonly ProbedNetwork _second;
    private readonly TorchNetwork _evaluating;

    private ModuleProbe(ModuleFactory factory, ModelShape shape, ParameterLayout layout)
    {
        LibTorch.UseOneThread();
        _factory = factory;
        _outputs = shape.Outputs;
        _images = RandomImages(shape);
        _parameters = new FlatVector(layout.Length);
        factory.Initialise(0, layout, _parameters.Span);
        _first = new ProbedNetwork(factory, shape, layout, _parameters);
        _second = new ProbedNetwork(factory, shape, layout, _parameters);
        _evaluating = new TorchNetwork(factory, shape, new NetworkBinding(layout, _parameters, Gradient: null, Samples));
    }

    /// <summary>Tries the modules that a factory makes.</summary>
    /// <param name="factory">Makes the modules.</param>
    /// <param name="shape">The shape of inputs and outputs.</param>
    /// <param name="layout">The modules' layout.</param>
    /// <exception cref="InvalidInputException">A module fails or is not pure.</exception>
    public static void Run(ModuleFactory factory, ModelShape shape, ParameterLayout layout)
    {
        // Nobody else may use the generator meanwhile, because the probe watches it.
        lock (ModuleFactory.Generator)
        {
            using var probe = new ModuleProbe(factory, shape, layout);
            probe.Try();
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _first.Network.Dispose();
        _second.Network.Dispose();
        _evaluating.Dispose();
    }

    private void Try()
    {
        var parameters = Bytes(_parameters);
        var (expected, evaluated) = (Gradient(_first, 0), Evaluate());
        RequireNone(
            _first.Network.UnreachedDropouts,
            "does not run its dropout {0} by call: write call(x) in place of forward(x), so that the masks follow the seed of the run");
        Require(
            Enumerable.Range(0, Attempts).Any(_ => LeavesGeneratorAlone()),
            "draws from TorchSharp's global generator in forward: use the Dropout modules of TorchSharp.torch.nn, whose masks follow the seed of the run, and no other random numbers");
        RequireNone(
            _first.Network.NormsNotRunOnce,
            "does not run its batch norm {0} exactly once in a pass: give each place a batch norm of its own");
        Require(Bytes(_parameters).AsSpan().SequenceEqual(parameters), "changes its parameters in forward: leave that to the optimizer");
        Gradient(_first, Samples);
        Require(
            Gradient(_first, 0).AsSpan().SequenceEqual(expected) && Evaluate().AsSpan().SequenceEqual(evaluated),
            "computes another gradient for the same parameters and the same batch: it must keep nothing between passes and draw no random numbers of its own");
        TryTwoThreads(expected);
    }

    private bool LeavesGeneratorAlone()
    {
        var before = GeneratorState();
        Gradient(_first, 0);
        Evaluate();
        return GeneratorState().AsSpan().SequenceEqual(before);
    }

    private void TryTwoThreads(byte[] expected)
    {
        byte[] other = [];
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                LibTorch.UseOneThread();
                other = Gradient(_second, 0);
            }
            catch (Exception caught)
            {
                failure = caught;
            }
        });
        thread.Start();
        var own = Gradient(_first, 0);
        thread.Join();
        Require(
            failure is null && own.AsSpan().SequenceEqual(expected) && other.AsSpan().SequenceEqual(expected),
            $"{(failure is null ? "computes another gradient" : "fails")} when another thread uses another instance of it: share nothing between instances");
    }

    private byte[] Gradient(ProbedNetwork probed, int firstImage)
    {
        var batch = new Batch(_images, Enumerable.Range(firstImage, Samples).ToArray());
        var outputs = probed.Network.Train(batch, Key);
        var byOutputs = new float[Samples * _outputs];
        for (var i = 0; i < byOutputs.Length; i++)
        {
            byOutputs[i] = 1f / (1 + (i % 7));
        }

        byte[] bytes = [.. MemoryMarshal.AsBytes(outputs)];
        probed.Network.Backpropagate(byOutputs);
        return [.. bytes, .. Bytes(probed.Gradient)];
    }

    private byte[] Evaluate() => [.. MemoryMarshal.AsBytes(_evaluating.Evaluate(new Batch(_images, [0, 1, 2])))];

    private static byte[] Bytes(FlatVector vector) => [.. MemoryMarshal.AsBytes(vector.Span)];

    private static byte[] GeneratorState()
    {
        using var state = random.get_rng_state();
        return [.. state.bytes];
    }

    private void RequireNone(IEnumerable<string> parts, string fault)
    {
        if (parts.FirstOrDefault() is { } part)
        {
            Require(false, string.Format(CultureInfo.InvariantCulture, fault, part));
        }
    }

    private void Require(bool holds, string fault)
    {
        if (!holds)
        {
            throw ModuleFailure.Impure(_factory.Name, fault);
        }
    }

    private static ImageSet RandomImages(ModelShape shape)
    {
        var random = new KeyedRandom(0, RandomPurpose.Probe, 0);
        var pixels = new byte[2 * Samples * shape.Sample.Pixels];
        foreach (ref var pixel in pixels.AsSpan())
        {
            pixel = (byte)random.NextInt32(byte.MaxValue + 1);
        }

        return new ImageSet(pixels, new ushort[2 * Samples], shape.Sample);
    }

    private sealed class ProbedNetwork
    {
        public ProbedNetwork(ModuleFactory factory, ModelShape shape, ParameterLayout layout, FlatVector parameters)
        {
            Gradient = new FlatVector(layout.Length);
            Network = new TorchNetwork(factory, shape, new NetworkBinding(layout, parameters, Gradient, Samples));
        }

        public TorchNetwork Network { get; }

        public FlatVector Gradient { get; }
    }
}
