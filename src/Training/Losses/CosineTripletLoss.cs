using Mnist.Distributed.Training.Arithmetic;
using Mnist.Distributed.Training.Objectives;

namespace Mnist.Distributed.Training.Losses;

/// <summary>
/// The cosine embedding loss of the two pairs of a triplet: 1 - cos(anchor, positive) plus
/// max(0, cos(anchor, negative)).
/// </summary>
internal sealed class CosineTripletLoss : ITripletLoss
{
    /// <inheritdoc />
    public bool IsAngular => true;

    /// <inheritdoc />
    public double Of(ReadOnlySpan<float> anchor, ReadOnlySpan<float> positive, ReadOnlySpan<float> negative, TripletGradient gradient)
    {
        var (near, far) = (new Angle(anchor, positive), new Angle(anchor, negative));
        var isNear = far.Cosine > 0;
        for (var i = 0; gradient.IsWanted && i < anchor.Length; i++)
        {
            gradient.Add(
                i,
                (isNear ? far.ByFirst(anchor[i], negative[i]) : 0) - near.ByFirst(anchor[i], positive[i]),
                -near.BySecond(anchor[i], positive[i]),
                isNear ? far.BySecond(anchor[i], negative[i]) : 0);
        }

        return 1 - near.Cosine + Math.Max(0, far.Cosine);
    }

    /// <summary>The angle between two vectors.</summary>
    private readonly struct Angle
    {
        private readonly double _first;
        private readonly double _second;

        public Angle(ReadOnlySpan<float> first, ReadOnlySpan<float> second)
        {
            _first = Math.Max(EuclideanNorm.Of(first), EuclideanNorm.Smallest);
            _second = Math.Max(EuclideanNorm.Of(second), EuclideanNorm.Smallest);
            var product = 0.0;
            for (var i = 0; i < first.Length; i++)
            {
                product += (double)first[i] * second[i];
            }

            Cosine = product / (_first * _second);
        }

        public double Cosine { get; }

        /// <summary>The derivative of the cosine by an element of the first vector.</summary>
        public double ByFirst(double first, double second) => ((second / _second) - (Cosine * first / _first)) / _first;

        /// <summary>The derivative of the cosine by an element of the second vector.</summary>
        public double BySecond(double first, double second) => ((first / _first) - (Cosine * second / _second)) / _second;
    }
}
