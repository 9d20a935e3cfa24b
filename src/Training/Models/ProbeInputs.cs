using Mnist.Distributed.Contracts.Data;
using Mnist.Distributed.Training.Data;
using Mnist.Distributed.Training.Randomness;

namespace Mnist.Distributed.Training.Models;

/// <summary>
/// Images and derivatives with which a model is tried; the same in every process.
/// </summary>
internal static class ProbeInputs
{
    /// <summary>Images of random pixels.</summary>
    public static ImageSet Images(int count, SampleShape shape)
    {
        var random = new KeyedRandom(0, RandomPurpose.Probe, 0);
        var pixels = new byte[count * shape.Pixels];
        foreach (ref var pixel in pixels.AsSpan())
        {
            pixel = (byte)random.NextInt32(byte.MaxValue + 1);
        }

        return new ImageSet(pixels, new ushort[count], shape);
    }

    /// <summary>Derivatives of a loss by outputs, none of them 0.</summary>
    public static float[] ByOutputs(int count) => [.. Enumerable.Range(0, count).Select(at => 1f / (1 + (at % 7)))];
}
