namespace Mnist.Distributed.Training.Weights;

/// <summary>Sizes of the element types.</summary>
public static class DTypes
{
    /// <summary>Bytes per element.</summary>
    public static int ByteLength(this DType type) => type switch
    {
        DType.F32 => sizeof(float),
        DType.I64 => sizeof(long),
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, message: null),
    };

    /// <summary>
    /// Bytes of a tensor of this type and shape; null if a length is negative or the product
    /// overflows.
    /// </summary>
    public static long? ByteLength(this DType type, ReadOnlySpan<long> shape)
    {
        Int128 product = type.ByteLength();
        foreach (long length in shape)
        {
            product *= length;
            if (length < 0 || product > long.MaxValue)
            {
                return null;
            }
        }

        return (long)product;
    }
}
