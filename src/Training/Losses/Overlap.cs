namespace Mnist.Distributed.Training.Losses;

/// <summary>Two sections of a line, from the view of the first one.</summary>
/// <param name="Common">
/// Length of the common part; below 0 if there is none.
/// </param>
/// <param name="Around">Length of the smallest section around both.</param>
/// <param name="FirstHere">How much of its begin decides the common part, from 0 to 1.</param>
/// <param name="LastHere">How much of its end decides the common part, from 0 to 1.</param>
internal readonly record struct Overlap(double Common, double Around, double FirstHere, double LastHere)
{
    /// <summary>Compares two sections.</summary>
    /// <param name="first">Begin of the first section.</param>
    /// <param name="last">End of the first section.</param>
    /// <param name="otherFirst">Begin of the second section.</param>
    /// <param name="otherLast">End of the second section.</param>
    public static Overlap Of(double first, double last, double otherFirst, double otherLast) => new(
        Math.Min(last, otherLast) - Math.Max(first, otherFirst),
        Math.Max(last, otherLast) - Math.Min(first, otherFirst),
        Share(first, otherFirst),
        Share(otherLast, last));

    /// <summary>The derivatives by begin and end of the first section.</summary>
    /// <param name="byCommon">Derivative by the length of the common part.</param>
    /// <param name="byAround">Derivative by the length of the section around both.</param>
    public (double ByFirst, double ByLast) BySides(double byCommon, double byAround) =>
        (-(byCommon * FirstHere) - (byAround * (1 - FirstHere)), (byCommon * LastHere) + (byAround * (1 - LastHere)));

    /// <summary>
    /// How much the first of two numbers decides their maximum. Equal numbers share it, as in
    /// PyTorch.
    /// </summary>
    private static double Share(double one, double other) => one > other ? 1 : one == other ? 0.5 : 0;
}
