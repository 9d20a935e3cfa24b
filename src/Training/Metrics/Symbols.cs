namespace Mnist.Distributed.Training.Metrics;

/// <summary>A string of labels, as numbers: its length, then the labels.</summary>
/// <param name="numbers">The numbers; those after the last label mean nothing.</param>
public readonly ref struct Symbols(ReadOnlySpan<float> numbers)
{
    private readonly ReadOnlySpan<float> _numbers = numbers;

    /// <summary>Number of labels.</summary>
    public int Length => (int)_numbers[0];

    /// <summary>The label at a 0-based place.</summary>
    public int this[int at] => (int)_numbers[at + 1];

    /// <summary>Number of numbers of a string of at most this many labels.</summary>
    public static int Numbers(int most) => most + 1;

    /// <summary>The labels.</summary>
    public int[] ToArray()
    {
        var labels = new int[Length];
        for (var at = 0; at < labels.Length; at++)
        {
            labels[at] = this[at];
        }

        return labels;
    }
}
