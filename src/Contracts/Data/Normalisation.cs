namespace Mnist.Distributed.Contracts.Data;

/// <summary>
/// How a pixel byte becomes a network's input: <c>(pixel / Scale - Mean) / Deviation</c>, as
/// torchvision's <c>ToTensor</c> and <c>Normalize</c> do it.
/// </summary>
/// <param name="Scale">A pixel byte is divided by this number first.</param>
/// <param name="Mean">This number is subtracted then.</param>
/// <param name="Deviation">The difference is divided by this number.</param>
[GenerateSerializer, Immutable, Alias("mnist.Normalisation")]
public readonly record struct Normalisation(
    [property: Id(0)] float Scale,
    [property: Id(1)] float Mean,
    [property: Id(2)] float Deviation)
{
    /// <summary>The input that a pixel of value 0 becomes.</summary>
    public float Background => Input(0);

    /// <summary>The input that a pixel becomes.</summary>
    public float Input(byte pixel) => ((pixel / Scale) - Mean) / Deviation;

    /// <summary>The inputs of all 256 pixel values, by pixel value.</summary>
    public float[] Table()
    {
        var table = new float[byte.MaxValue + 1];
        for (var pixel = 0; pixel < table.Length; pixel++)
        {
            table[pixel] = Input((byte)pixel);
        }

        return table;
    }
}
