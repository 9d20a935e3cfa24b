using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Training.Randomness;

namespace Mnist.Distributed.Tests.Training.Losses;

/// <summary>
/// Cases for every loss and every task: random outputs, and awkward ones.
/// </summary>
internal static class LossCases
{
    /// <summary>Name of the cases whose outputs are all 0.</summary>
    public const string Zero = "outputs of zero";

    private const int Samples = 4;

    private static readonly string[] OfClasses =
    [
        "cross-entropy", "sparse-categorical-cross-entropy", "categorical-cross-entropy", "nll", "kl-divergence", "binary-cross-entropy", "hinge", "mse", "mae", "huber", "cosine",
    ];

    /// <summary>All cases.</summary>
    public static IReadOnlyList<LossCase> All { get; } = [.. Digits(), .. Binary(), .. Ink(), .. Boxes(), .. Embedding(), .. Strings()];

    private static IEnumerable<LossCase> Digits()
    {
        foreach (var loss in OfClasses)
        {
            var ordinary = new LossCase("random", "digits", loss, Random(1, Samples, 10, 3), [3, 0, 9, 9]);
            yield return ordinary;
            yield return ordinary with { Name = "saturated", Outputs = [Row(80, -80, 40, 0, 0, 0, 0, 0, 0, 0), Row(0, 500, 0, 0, 0, 0, 0, 0, 0, -500)], Labels = [0, 9] };
            yield return ordinary with { Name = "two classes", Outputs = Random(2, Samples, 2, 2), Labels = [0, 1, 1, 0], Classes = 2 };
            yield return ordinary with { Name = "equal outputs", Outputs = [Row(2, 2, 2, 2, 2, 2, 2, 2, 2, 2)], Labels = [4] };
        }

        foreach (var (loss, name, value) in new[] { ("huber", "delta", "0.3"), ("categorical-cross-entropy", "label-smoothing", "0.2"), ("kl-divergence", "label-smoothing", "0"), ("hinge", "squared", "true") })
        {
            yield return new LossCase($"{name} {value}", "digits", loss, Random(3, Samples, 10, 2), [1, 2, 7, 8]) { Settings = Settings.Empty.With(name, value) };
        }

        yield return new LossCase("outputs that hit the target, or miss it by delta", "digits", "huber", [Row(1, 0, 1, -1, 0, 0, 0, 0, 0, 2)], [0]);
        yield return new LossCase("outputs that hit the target", "digits", "mse", [Row(1, 0, 0, 0, 0, 0, 0, 0, 0, 0)], [0]);
        yield return new LossCase("exactly at the margin", "digits", "hinge", [Row(1, 0, 0.5f, 2, 0, 0, 0, 0, 0, 0)], [0]) { IsKink = true };
        yield return new LossCase(Zero, "digits", "cosine", [new float[10]], [3]) { IsJump = true };
        yield return new LossCase("taught", "digits", "kl-divergence", Random(4, Samples, 10, 4), [1, 2, 3, 4]) { Targets = Random(5, Samples, 10, 6) };
        yield return new LossCase("taught by a teacher that is sure", "digits", "kl-divergence", Random(6, 1, 10, 4), [0]) { Targets = [Row(900, -900, 0, 0, 0, 0, 0, 0, 0, 0)], Settings = Settings.Empty.With("temperature", "1") };
    }

    private static IEnumerable<LossCase> Binary()
    {
        foreach (var loss in new[] { "binary-cross-entropy", "hinge" })
        {
            foreach (var task in new[] { "even-odd", "one-vs-rest" })
            {
                yield return new LossCase("random", task, loss, Random(7, Samples, 1, 2), [0, 1, 2, 3]);
                yield return new LossCase("saturated", task, loss, [[90], [-90], [90], [-90]], [1, 1, 0, 0]);
            }
        }

        yield return new LossCase("squared", "even-odd", "hinge", Random(8, Samples, 1, 2), [0, 1, 2, 3]) { Settings = Settings.Empty.With("squared", "true") };
        yield return new LossCase("exactly at the margin", "even-odd", "hinge", [[1], [-1]], [1, 0]) { IsKink = true };
        yield return new LossCase("an output of 0", "even-odd", "binary-cross-entropy", [[0], [0]], [1, 0]);
    }

    private static IEnumerable<LossCase> Ink()
    {
        foreach (var loss in new[] { "dice", "iou" })
        {
            var ordinary = new LossCase("random", "ink", loss, Random(9, 3, 784, 3), [0, 1, 2]) { Targets = [Mask(0.3), Mask(0.1), Mask(0.5)] };
            yield return ordinary;
            yield return ordinary with { Name = "an empty and a full mask", Labels = [0, 1], Outputs = Random(10, 2, 784, 3), Targets = [Mask(0), Mask(1)] };
            yield return ordinary with { Name = "saturated", Labels = [0], Outputs = [[.. Enumerable.Range(0, 784).Select(i => i % 2 == 0 ? 60f : -60f)]], Targets = [Mask(0.5)] };
        }
    }

    private static IEnumerable<LossCase> Boxes()
    {
        (string Loss, Settings Settings)[] losses =
        [
            ("mse", Settings.Empty), ("mae", Settings.Empty), ("huber", Settings.Empty),
            .. new[] { "iou", "giou", "diou" }.Select(variant => ("iou", Settings.Empty.With("iou-variant", variant))),
        ];
        foreach (var (loss, settings) in losses)
        {
            var ordinary = new LossCase($"random {settings}", "boxes", loss, Random(11, Samples, 4, 1), [0, 1, 2, 3])
            {
                Settings = settings,
                Targets = [Row(0.5f, 0.4f, 0.3f, 0.2f), Row(0.3f, 0.6f, 0.2f, 0.4f), Row(0.7f, 0.7f, 0.5f, 0.5f), Row(0.5f, 0.5f, 0.9f, 0.9f)],
            };
            yield return ordinary;
            yield return ordinary with { Name = $"no overlap {settings}", Labels = [0], Outputs = [Row(2, 2, -2, -2)], Targets = [Row(0.2f, 0.2f, 0.1f, 0.1f)] };
            yield return ordinary with { Name = $"one box in the other {settings}", Labels = [0, 1], Outputs = [Row(0, 0, -2, -2), Row(0, 0, 3, 3)], Targets = [Row(0.5f, 0.5f, 0.8f, 0.8f), Row(0.5f, 0.5f, 0.1f, 0.1f)] };
            yield return ordinary with { Name = $"equal boxes {settings}", Labels = [0], Outputs = [Row(0, 0, 0, 0)], Targets = [Row(0.5f, 0.5f, 0.5f, 0.5f)], IsKink = true };
        }
    }

    private static IEnumerable<LossCase> Embedding()
    {
        foreach (var loss in new[] { "triplet", "cosine" })
        {
            var ordinary = new LossCase("random", "embedding", loss, Random(12, 6, 32, 1), [0, 0, 1, 2, 2, 3]) { ImagesPerSample = 3 };
            var one = Random(13, 1, 32, 1)[0];
            yield return ordinary;
            yield return ordinary with { Name = "far apart", Outputs = [one, one, [.. one.Select(x => -20 * x)]], Labels = [0, 0, 1] };

            // Two equal distances, or two equal directions, make no kink: both change alike.
            yield return ordinary with { Name = "equal embeddings", Outputs = [one, one, one], Labels = [0, 0, 1], IsKink = loss == "triplet" };
            if (loss == "triplet")
            {
                foreach (var mining in new[] { "semi-hard", "batch-hard" })
                {
                    yield return ordinary with { Name = $"mined {mining}", Labels = [0, 1, 0, 1, 2, 0], ImagesPerSample = 1, Settings = Settings.Empty.With("mining", mining) };
                }

                yield return ordinary with { Name = "a small margin", Settings = Settings.Empty.With("margin", "0.1") };
            }
            else
            {
                yield return ordinary with { Name = Zero, Outputs = [new float[32], new float[32], new float[32]], Labels = [0, 0, 1] };
                yield return ordinary with { Name = "short", Outputs = [.. ordinary.Outputs.Select(row => row.Select(x => 0.2f * x).ToArray())] };
            }
        }
    }

    private static IEnumerable<LossCase> Strings()
    {
        var ordinary = new LossCase("random", "strings", "ctc", Random(14, 3, 32 * 11, 2), [1, 2, 3]) { Targets = [Row(3, 1, 5, 2, 0, 0), Row(1, 2, 0, 0, 0, 0), Row(5, 3, 1, 4, 1, 5)] };
        yield return ordinary;
        yield return ordinary with { Name = "repeated labels", Targets = [Row(2, 7, 7, 0, 0, 0), Row(5, 7, 7, 7, 7, 7), Row(4, 7, 7, 1, 1, 0)] };
        yield return ordinary with { Name = "sure of something else", Outputs = [.. ordinary.Outputs.Select(row => row.Select(x => 30 * x).ToArray())] };
        yield return ordinary with { Name = "saturated with blanks", Outputs = [[.. Enumerable.Range(0, 32 * 11).Select(i => i % 11 == 10 ? 200f : 0)]], Labels = [1], Targets = [Row(2, 0, 9, 0, 0, 0)] };
    }

    private static float[] Row(params float[] numbers) => numbers;

    private static float[] Mask(double share) => [.. Enumerable.Range(0, 784).Select(i => i < share * 784 ? 1f : 0)];

    private static float[][] Random(int key, int rows, int columns, float size)
    {
        var random = new KeyedRandom(key, RandomPurpose.Probe, rows, columns);
        return [.. Enumerable.Range(0, rows).Select(_ => Enumerable.Range(0, columns).Select(_ => size * ((2 * random.NextSingle()) - 1)).ToArray())];
    }
}
