using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Training.Catalogue;
using Mnist.Distributed.Training.Data;
using Mnist.Distributed.Training.Models;
using Mnist.Distributed.Training.Vectors;

namespace Mnist.Distributed.Tests.Training.Models;

/// <summary>
/// Finds the CNN's dropout masks by its outputs. Every hidden activation is 1, and output k adds
/// activations 13k to 13k + 12 with powers of two as weights. Divided by the value of a kept
/// activation, the output has the mask as its binary digits.
/// </summary>
internal sealed class DropoutMasks : IDisposable
{
    public const int Hidden = 128;
    private const int Digits = 13;

    private readonly float _kept;
    private readonly Network _network;

    public DropoutMasks(float dropout)
    {
        _kept = 1 / (1 - dropout);
        Model model = TrainingSetup.Of(new TrainingPlan { Model = "cnn", ModelSettings = PlanSettings.Dropout(dropout) }).Model;
        var parameters = new FlatVector(model.Layout.Length);
        parameters.Of(model.Layout["fc1.bias"]).Fill(1);
        Span<float> weights = parameters.Of(model.Layout["fc2.weight"]);
        for (int unit = 0; unit < Hidden; unit++)
        {
            weights[(unit / Digits * Hidden) + unit] = 1 << (unit % Digits);
        }

        _network = model.Bind(new NetworkBinding(model.Layout, parameters, new FlatVector(model.Layout.Length), MaxBatch: 1_000));
    }

    /// <summary>Whether each hidden activation of each sample is kept.</summary>
    public bool[] Of(int samples, ForwardKey key)
    {
        var images = new ImageSet(new byte[samples * Recipe.Sample.Pixels], new ushort[samples], Recipe.Sample);
        float[] outputs = _network.Train(new Batch(images, [.. Enumerable.Range(0, samples)]), key).ToArray();
        bool[] kept = new bool[samples * Hidden];
        for (int i = 0; i < kept.Length; i++)
        {
            (int sample, int unit) = Math.DivRem(i, Hidden);
            double sum = outputs[(sample * 10) + (unit / Digits)] / _kept;
            kept[i] = (((int)Math.Round(sum) >> (unit % Digits)) & 1) != 0;
        }

        return kept;
    }

    public void Dispose() => _network.Dispose();
}
