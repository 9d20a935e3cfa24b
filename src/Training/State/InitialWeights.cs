using Mnist.Distributed.Training.Randomness;
using Mnist.Distributed.Training.Vectors;

namespace Mnist.Distributed.Training.State;

/// <summary>
/// Draws a model's initial values: from PyTorch's default distributions, or in the model's own way.
/// </summary>
public static class InitialWeights
{
    /// <summary>
    /// Fills <paramref name="values"/>. Equal seeds and layouts give equal bits everywhere.
    /// </summary>
    /// <param name="seed">The seed of the run.</param>
    /// <param name="layout">The model's layout.</param>
    /// <param name="values">Receives the values; as long as the layout.</param>
    public static void Draw(long seed, ParameterLayout layout, Span<float> values)
    {
        if (layout.Initial is { } draw)
        {
            draw(seed, layout, values);
            return;
        }

        var index = 0;
        foreach (var segment in layout.Segments)
        {
            var random = new KeyedRandom(seed, RandomPurpose.InitialWeights, index++);
            var drawn = new float[segment.Length];
            foreach (ref var value in drawn.AsSpan())
            {
                value = segment.Initial.Bound == 0
                    ? segment.Initial.Constant
                    : ((2 * random.NextSingle()) - 1) * segment.Initial.Bound;
            }

            segment.Order.Store(drawn, values.Slice(segment.Offset, segment.Length));
        }
    }
}
