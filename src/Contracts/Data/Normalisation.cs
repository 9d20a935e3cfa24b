namespace Mnist.Distributed.Contracts.Data;

/// <summary>
/// Turns a pixel byte into an input of a network: <c>(pixel / Scale - Mean) / Deviation</c>, the
/// arithmetic of torchvision's <c>ToTensor</c> and <c>Normalize</c>.
/// </summary>
/// <param name="Scale">The divisor of a pixel byte. The division comes first.</param>
/// <param name="Mean">The number that is subtracted from the quotient.</param>
/// <param name="Deviation">The divisor of the difference.</param>
[GenerateSerializer, Immutable, Alias("mnist.Normalisation")]
public readonly record struct Normalisation(
    [property: Id(0)] float Scale,
    [property: Id(1)] float Mean,
    [property: Id(2)] float Deviation)
{
    /// <summary>The input for a pixel of value 0.</summary>
    public float Background => Input(0);

    /// <summary>The input for a pixel of the given value.</summary>
    public float Input(byte pixel) => ((pixel / Scale) - Mean) / Deviation;

    /// <summary>The inputs for all 256 pixel values; the index is the pixel value.</summary>
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
