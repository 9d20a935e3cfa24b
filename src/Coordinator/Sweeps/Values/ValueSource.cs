using Mnist.Distributed.Training.Randomness;

namespace Mnist.Distributed.Coordinator.Sweeps.Values;

/// <summary>The values of an option in a sweep.</summary>
internal abstract record ValueSource
{
    /// <summary>Draws a value.</summary>
    public abstract string Draw(ref KeyedRandom random);

    /// <summary>A list of values.</summary>
    /// <param name="Values">The values, as on a command line; none is there twice.</param>
    public sealed record Listed(IReadOnlyList<string> Values) : ValueSource
    {
        /// <inheritdoc />
        public override string Draw(ref KeyedRandom random) => Values[random.NextInt32(Values.Count)];
    }

    /// <summary>A range that values are drawn from, uniformly.</summary>
    /// <param name="Low">The lowest value.</param>
    /// <param name="High">The highest value.</param>
    /// <param name="IsWhole">Whether the values are whole numbers.</param>
    /// <param name="IsLogarithmic">
    /// Whether the logarithms of the values are uniform, and not the values.
    /// </param>
    public sealed record Drawn(decimal Low, decimal High, bool IsWhole, bool IsLogarithmic) : ValueSource
    {
        /// <inheritdoc />
        public override string Draw(ref KeyedRandom random)
        {
            var share = (random.NextBits() >> 11) * (1.0 / (1L << 53));

            // Whole numbers take up a unit each, so that the ends are drawn as often as the others.
            var (low, high) = IsWhole ? ((double)Low - 0.5, (double)High + 0.5) : ((double)Low, (double)High);
            var value = IsLogarithmic ? low * Math.Pow(high / low, share) : low + ((high - low) * share);
            return SweepNumber.Text(Math.Clamp(IsWhole ? (decimal)Math.Round(value) : SweepNumber.Rounded(value), Low, High));
        }
    }
}
