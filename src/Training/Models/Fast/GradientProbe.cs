using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Mnist.Distributed.Training.Data;
using Mnist.Distributed.Training.Native;
using Mnist.Distributed.Training.State;
using Mnist.Distributed.Training.Vectors;

namespace Mnist.Distributed.Training.Models.Fast;

/// <summary>
/// Computes one gradient of a model whose layers use libtorch. libtorch chooses its kernels by the
/// processor, and processors of one instruction set but of two makers get different ones. So
/// processes with different hashes compute different bits.
/// </summary>
internal static class GradientProbe
{
    private const int Samples = 15;

    private static readonly ConcurrentDictionary<ModelShape, string> Known = [];

    /// <summary>SHA-256 of outputs and gradient, in lower-case hex.</summary>
    /// <param name="model">The model.</param>
    /// <param name="shape">The shape that the model is made for.</param>
    public static string Of(Model model, ModelShape shape) => Known.GetOrAdd(shape, _ => Compute(model, shape));

    private static string Compute(Model model, ModelShape shape)
    {
        LibTorch.EnsureLoaded();
        LibTorch.UseOneThread();
        var (parameters, gradient) = (new FlatVector(model.Layout.Length), new FlatVector(model.Layout.Length));
        InitialWeights.Draw(0, model.Layout, parameters.Span);
        using var network = model.Bind(new NetworkBinding(model.Layout, parameters, gradient, Samples));
        var images = ProbeInputs.Images(Samples, shape.Sample);
        byte[] outputs = [.. MemoryMarshal.AsBytes(network.Train(new Batch(images, [.. Enumerable.Range(0, Samples)]), new ForwardKey(1, 2, 3)))];
        network.Backpropagate(ProbeInputs.ByOutputs(Samples * shape.Outputs));
        return Convert.ToHexStringLower(SHA256.HashData([.. outputs, .. MemoryMarshal.AsBytes(gradient.Span)]));
    }
}
