using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Training.Data;
using Mnist.Distributed.Training.Native;
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

    /// <summary>Gradients that two threads compute at the same time.</summary>
    private const int Rounds = 10;

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
        _images = ProbeInputs.Images(2 * Samples, shape.Sample);
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
    /// <returns>SHA-256 of the outputs and the gradient, in lower-case hex.</returns>
    /// <exception cref="InvalidInputException">A module fails or is not pure.</exception>
    public static string Run(ModuleFactory factory, ModelShape shape, ParameterLayout layout)
    {
        // Nobody else may use the generator meanwhile, because the probe watches it.
        lock (ModuleFactory.Generator)
        {
            using var probe = new ModuleProbe(factory, shape, layout);
            return probe.Try();
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _first.Network.Dispose();
        _second.Network.Dispose();
        _evaluating.Dispose();
    }

    private string Try()
    {
        var parameters = Bytes(_parameters);
        var (expected, evaluated) = (Gradient(_first, 0), Evaluate());
        Require(
            Enumerable.Range(0, Attempts).Any(_ => LeavesGeneratorAlone()),
            "draws from TorchSharp's global generator in forward: use the Dropout modules of TorchSharp.torch.nn, whose masks follow the seed of the run, and no other random numbers");
        Require(Bytes(_parameters).AsSpan().SequenceEqual(parameters), "changes its parameters in forward: leave that to the optimizer");
        Gradient(_first, Samples);
        Require(
            Gradient(_first, 0).AsSpan().SequenceEqual(expected) && Evaluate().AsSpan().SequenceEqual(evaluated),
            "computes another gradient for the same parameters and the same batch: it must keep nothing between passes and draw no random numbers of its own");
        TryTwoThreads(expected);
        return Convert.ToHexStringLower(SHA256.HashData([.. expected, .. evaluated]));
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
        Require(
            Interleaved().AsSpan().SequenceEqual(expected),
            "computes another gradient when another instance of it runs in between: share nothing between instances");
        string? fault = null;
        using var start = new Barrier(2);
        var thread = new Thread(() => fault = Repeat(_second, start, expected)) { IsBackground = true };
        thread.Start();
        var own = Repeat(_first, start, expected);
        thread.Join();
        if ((own ?? fault) is { } what)
        {
            throw ModuleFailure.Impure(_factory.Name, $"{what} when another thread uses another instance of it: share nothing between instances");
        }
    }

    /// <summary>
    /// The gradient of the first network, with a pass of the second one in between.
    /// </summary>
    private byte[] Interleaved()
    {
        var outputs = Outputs(_first, 0);
        Outputs(_second, Samples);
        _first.Network.Backpropagate(ByOutputs());
        _second.Network.Backpropagate(ByOutputs());
        return [.. outputs, .. Bytes(_first.Gradient)];
    }

    /// <summary>Computes a gradient several times, while another thread does the same.</summary>
    /// <returns>What goes wrong; null if nothing does.</returns>
    private string? Repeat(ProbedNetwork probed, Barrier start, byte[] expected)
    {
        LibTorch.UseOneThread();
        start.SignalAndWait();
        try
        {
            for (var round = 0; round < Rounds; round++)
            {
                if (!Gradient(probed, 0).AsSpan().SequenceEqual(expected))
                {
                    return "computes another gradient";
                }
            }

            return null;
        }
        catch (InvalidInputException failure)
        {
            return $"fails ({failure.Message.TrimEnd('.')})";
        }
    }

    private byte[] Gradient(ProbedNetwork probed, int firstImage)
    {
        var outputs = Outputs(probed, firstImage);
        probed.Network.Backpropagate(ByOutputs());
        return [.. outputs, .. Bytes(probed.Gradient)];
    }

    private byte[] Outputs(ProbedNetwork probed, int firstImage) =>
        [.. MemoryMarshal.AsBytes(probed.Network.Train(new Batch(_images, Enumerable.Range(firstImage, Samples).ToArray()), Key))];

    private float[] ByOutputs() => ProbeInputs.ByOutputs(Samples * _outputs);

    private byte[] Evaluate() => [.. MemoryMarshal.AsBytes(_evaluating.Evaluate(new Batch(_images, [0, 1, 2])))];

    private static byte[] Bytes(FlatVector vector) => [.. MemoryMarshal.AsBytes(vector.Span)];

    private static byte[] GeneratorState()
    {
        using var state = random.get_rng_state();
        return [.. state.bytes];
    }

    private void Require(bool holds, string fault)
    {
        if (!holds)
        {
            throw ModuleFailure.Impure(_factory.Name, fault);
        }
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
