namespace Mnist.Distributed.Training.Arithmetic;

/// <summary>The Euclidean norm, the length of a vector.</summary>
internal static class EuclideanNorm
{
    /// <summary>The smallest norm by which is divided, as in PyTorch's cosine.</summary>
    public const double Smallest = 1e-8;

    /// <summary>The norm of a vector, in double precision.</summary>
    public static double Of(ReadOnlySpan<float> vector)
    {
        var sum = 0.0;
        foreach (var element in vector)
        {
            sum += (double)element * element;
        }

        return Math.Sqrt(sum);
    }
}
