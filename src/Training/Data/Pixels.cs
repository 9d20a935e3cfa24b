namespace Mnist.Distributed.Training.Data;

/// <summary>
/// Pixel bytes as network inputs: scaled to [0, 1], then normalised with mean 0.5 and deviation 0.5, as the recipe's transforms do.
/// </summary>
public static class Pixels
{
    /// <summary>What a pixel byte is divided by first.</summary>
    public const float Scale = 255f;

    /// <summary>What is subtracted then.</summary>
    public const float Mean = 0.5f;

    /// <summary>What the difference is divided by.</summary>
    public const float Deviation = 0.5f;

    /// <summary>The input that a pixel without ink becomes.</summary>
    public const float Background = -1;

    private static readonly float[] Inputs = [.. Enumerable.Range(0, 256).Select(pixel => ((pixel / Scale) - Mean) / Deviation)];

    /// <summary>The input, -1 to 1, that a pixel becomes.</summary>
    public static float Input(byte pixel) => Inputs[pixel];
}
