namespace Mnist.Distributed.Training.Objectives;

/// <summary>Receives the derivatives by the three embeddings of a triplet.</summary>
/// <param name="factor">Every derivative is multiplied by this number.</param>
/// <param name="anchor">Derivatives by the anchor are added here.</param>
/// <param name="positive">Derivatives by the positive are added here.</param>
/// <param name="negative">Derivatives by the negative are added here.</param>
public readonly ref struct TripletGradient(double factor, Span<float> anchor, Span<float> positive, Span<float> negative)
{
    private readonly Span<float> _anchor = anchor;
    private readonly Span<float> _positive = positive;
    private readonly Span<float> _negative = negative;

    /// <summary>Whether derivatives are wanted.</summary>
    public bool IsWanted => !_anchor.IsEmpty;

    /// <summary>Adds derivatives by one element of each embedding.</summary>
    /// <param name="element">0-based element.</param>
    /// <param name="byAnchor">Derivative by the anchor's element.</param>
    /// <param name="byPositive">Derivative by the positive's element.</param>
    /// <param name="byNegative">Derivative by the negative's element.</param>
    public void Add(int element, double byAnchor, double byPositive, double byNegative)
    {
        _anchor[element] += (float)(factor * byAnchor);
        _positive[element] += (float)(factor * byPositive);
        _negative[element] += (float)(factor * byNegative);
    }
}
