namespace Mnist.Distributed.Training.Gradients;

/// <summary>Reads a network's answer off its outputs.</summary>
public static class Classification
{
    /// <summary>The class with the largest output; the first of equal ones.</summary>
    public static int Of(ReadOnlySpan<float> outputs)
    {
        var best = 0;
        for (var c = 1; c < outputs.Length; c++)
        {
            best = outputs[c] > outputs[best] ? c : best;
        }

        return best;
    }
}
