using CsCheck;
using Mnist.Distributed.Contracts.Data;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Training.Data;
using Mnist.Distributed.Training.Losses;
using Mnist.Distributed.Training.Metrics;
using Mnist.Distributed.Training.Objectives;
using Mnist.Distributed.Training.Tasks;
using Xunit;

namespace Mnist.Distributed.Tests.Training.Metrics;

/// <summary>Metrics have the values that a person computes by hand.</summary>
public sealed class MetricValueTests
{
    /// <summary>Labels 0, 1 and 2, and blank.</summary>
    private const int Width = 4;

    private static readonly Gen<int[]> Strings = Gen.Int[0, 2].Array[0, 6];

    /// <summary>
    /// Two images of class 0 around (2, 0), two images of class 1 around (3, 4), and none of
    /// class 2.
    /// </summary>
    private static readonly float[] Gallery = [0, 0, 4, 0, 3, 3, 3, 5];

    [Theory]
    [InlineData(new[] { 3f, 0.1f, -1, 2, -0.5f, -2 }, new[] { true, true, true, false, false, false }, 2.0 / 3)]
    [InlineData(new[] { 1f, 1, 1 }, new[] { true, false, false }, 0.5)]
    [InlineData(new[] { 1f, 0, 0 }, new[] { true, true, true }, 0.5)]
    [InlineData(new[] { -1f, 0 }, new[] { true, true }, 0.0)]
    [InlineData(new[] { -1f, 0 }, new[] { false, false }, double.NaN)]
    public void F1_is_two_true_positives_over_all_that_are_found_or_sought(float[] outputs, bool[] answers, double f1)
    {
        var sum = default(MetricSum);
        for (var at = 0; at < outputs.Length; at++)
        {
            sum += new F1().Of([outputs[at]], answers[at]);
        }

        Assert.Equal(f1, sum.Value, 1e-12);
    }

    [Theory]
    [InlineData(new[] { 1f, 1, -1, -1 }, new[] { 1f, 0, 1, 0 }, 0.5, 1.0 / 3)]
    [InlineData(new[] { 2f, 0.1f, 9, -1 }, new[] { 1f, 1, 1, 0 }, 1.0, 1.0)]
    [InlineData(new[] { 1f, 1, 1, 1 }, new[] { 1f, 0, 0, 0 }, 0.4, 0.25)]
    [InlineData(new[] { 1f, 1, 1, -1 }, new[] { 0f, 1, 1, 1 }, 2.0 / 3, 0.5)]
    [InlineData(new[] { -1f, 0 }, new[] { 1f, 1 }, 0.0, 0.0)]
    [InlineData(new[] { 1f, 1 }, new[] { 0f, 0 }, 0.0, 0.0)]
    [InlineData(new[] { -1f, 0 }, new[] { 0f, 0 }, 1.0, 1.0)]
    public void A_mask_is_measured_by_the_pixels_in_both(float[] outputs, float[] mask, double dice, double iou)
    {
        Assert.Equal(dice, new MaskDice().Of(outputs, mask).Value, 1e-12);
        Assert.Equal(iou, new MaskIoU().Of(outputs, mask).Value, 1e-12);
    }

    /// <summary>The pixels of both together would give 4/7 and 2/5.</summary>
    [Fact]
    public void Every_mask_counts_alike_whatever_its_size()
    {
        var dice = new MaskDice().Of([1, 1, 1, 1], [1, 0, 0, 0]) + new MaskDice().Of([1, -1, -1, -1], [1, 0, 0, 0]);
        var iou = new MaskIoU().Of([1, 1, 1, 1], [1, 0, 0, 0]) + new MaskIoU().Of([1, -1, -1, -1], [1, 0, 0, 0]);

        Assert.Equal((0.4 + 1) / 2, dice.Value, 1e-12);
        Assert.Equal((0.25 + 1) / 2, iou.Value, 1e-12);
    }

    /// <summary>An output of 0 is half a side, and one of log 3 three quarters.</summary>
    [Theory]
    [InlineData(new[] { 0f, 0, 0, 0 }, new[] { 0.5, 0.5, 0.5, 0.5 }, 1.0, true)]
    [InlineData(new[] { 0f, 0, 0, 0 }, new[] { 0.5, 0.5, 0.5, 0.3 }, 0.6, true)]
    [InlineData(new[] { 0f, 0, 0, 0 }, new[] { 0.5, 0.5, 0.5, 0.25 }, 0.5, false)]
    [InlineData(new[] { 0f, 0, 0, 0 }, new[] { 0.75, 0.5, 0.5, 0.5 }, 1.0 / 3, false)]
    [InlineData(new[] { 0f, 0, 0, 0 }, new[] { 0.625, 0.375, 0.5, 0.5 }, 9.0 / 23, false)]
    [InlineData(new[] { 0f, 0, 0, 0 }, new[] { 0.875, 0.5, 0.25, 0.5 }, 0.0, false)]
    [InlineData(new[] { 0f, 0, 0, 0 }, new[] { 0.9, 0.9, 0.1, 0.1 }, 0.0, false)]
    [InlineData(new[] { 0f, 0, 1.0986123f, 0 }, new[] { 0.5, 0.5, 0.5, 0.5 }, 2.0 / 3, true)]
    [InlineData(new[] { 1.0986123f, 0, 0, 0 }, new[] { 0.5, 0.5, 0.5, 0.5 }, 1.0 / 3, false)]
    public void A_box_is_measured_by_its_overlap(float[] outputs, double[] box, double iou, bool isFound)
    {
        var target = new Box(box[0], box[1], box[2], box[3]);

        Assert.Equal(iou, new BoxIoU().Of(outputs, target).Value, 1e-6);
        Assert.Equal(new MetricSum(isFound ? 1 : 0, 1), new BoxFound().Of(outputs, target));
    }

    [Theory]
    [InlineData("", "", 0)]
    [InlineData("abc", "abc", 0)]
    [InlineData("", "abc", 3)]
    [InlineData("abc", "", 3)]
    [InlineData("ab", "ba", 2)]
    [InlineData("abdef", "abcdef", 1)]
    [InlineData("axbc", "abc", 1)]
    [InlineData("aaa", "a", 2)]
    [InlineData("kitten", "sitting", 3)]
    [InlineData("saturday", "sunday", 3)]
    public void The_edit_distance_is_the_smallest_number_of_changes(string read, string written, int changes) =>
        Assert.Equal(changes, EditDistance.Of(Labels(read), Written(Labels(written))));

    [Fact]
    public void The_edit_distance_is_that_of_its_recursive_definition() => Gen.Select(Strings, Strings).Sample((read, written) =>
    {
        Assert.Equal(Distance(read, written), EditDistance.Of(read, Written(written)));
    });

    /// <summary>A dash is blank.</summary>
    [Theory]
    [InlineData("0-1-2", "012", 0)]
    [InlineData("00-11", "01", 0)]
    [InlineData("0-0--", "00", 0)]
    [InlineData("000--", "00", 1)]
    [InlineData("0-1-2", "02", 1)]
    [InlineData("0-1-2", "021", 2)]
    [InlineData("0-1-2", "1", 2)]
    [InlineData("-----", "12", 2)]
    public void A_string_counts_its_errors_and_whether_it_has_none(string path, string written, int errors)
    {
        foreach (var decoder in new[] { ColumnDecoder.Greedy, ColumnDecoder.Beam })
        {
            Assert.Equal(new MetricSum(errors, written.Length), new LabelErrorRate(Width, decoder).Of(Outputs(path), Written(Labels(written))));
            Assert.Equal(new MetricSum(errors == 0 ? 1 : 0, 1), new WholeStrings(Width, decoder).Of(Outputs(path), Written(Labels(written))));
        }
    }

    /// <summary>There are 0, 1 and 2 errors in 3, 2 and 2 labels.</summary>
    [Fact]
    public void The_label_error_rate_is_all_errors_over_all_labels()
    {
        var (rate, whole) = (new LabelErrorRate(Width, ColumnDecoder.Greedy), new WholeStrings(Width, ColumnDecoder.Greedy));
        var (errors, strings) = (default(MetricSum), default(MetricSum));
        foreach (var (path, written) in new[] { ("0-1-2", "012"), ("000--", "00"), ("-----", "12") })
        {
            errors += rate.Of(Outputs(path), Written(Labels(written)));
            strings += whole.Of(Outputs(path), Written(Labels(written)));
        }

        Assert.Equal(3.0 / 7, errors.Value, 1e-12);
        Assert.Equal(1.0 / 3, strings.Value, 1e-12);
        Assert.Equal((false, true), (rate.Kind.HigherIsBetter, whole.Kind.HigherIsBetter));
    }

    [Theory]
    [InlineData(3f, 2f, false, 1, 1)]
    [InlineData(2f, 2f, false, 0, 1)]
    [InlineData(10f, 1f, false, 1, 0)]
    [InlineData(10f, 1f, true, 0, 0)]
    [InlineData(0.1f, 0.1f, false, 0, 0)]
    [InlineData(0.1f, 0.1f, true, 1, 1)]
    public void An_embedding_is_compared_with_mean_embeddings_and_with_images(float x, float y, bool isAngular, int nearestCentroid, int nearestImage)
    {
        var gallery = new EmbeddingGallery(Split(0, 0, 1, 1), Gallery, 3, isAngular);

        Assert.Equal((nearestCentroid, nearestImage), (gallery.NearestCentroid([x, y]), gallery.NearestImage([x, y])));
    }

    /// <summary>
    /// (2.5, 2) is as near to one mean as to the other, and (0, 3) to one image as to another.
    /// </summary>
    [Fact]
    public void Of_equally_near_ones_the_first_counts_and_a_class_without_images_never()
    {
        var gallery = new EmbeddingGallery(Split(0, 0, 1, 1), Gallery, 3, isAngular: false);

        Assert.Equal((0, 1), (gallery.NearestCentroid([2.5f, 2]), gallery.NearestImage([2.5f, 2])));
        Assert.Equal((1, 0), (gallery.NearestCentroid([0, 3]), gallery.NearestImage([0, 3])));
        Assert.Equal(0, gallery.NearestCentroid([0, 0]));
    }

    /// <summary>
    /// By mean embeddings, only the second one is at a wrong class. By images, the first and the
    /// last one are.
    /// </summary>
    [Fact]
    public void Embeddings_have_the_shares_that_are_nearest_to_their_class()
    {
        var test = TestAgainstGallery();
        var images = Split(1, 1, 1, 0, 0);
        float[][] embeddings = [[0, 3], [2, 2], [3, 2], [0, 0], [2, 2]];
        var (centroids, recall) = (default(MetricSum), default(MetricSum));
        for (var image = 0; image < images.Count; image++)
        {
            var measured = test.Measure(new Batch(images, [image]), embeddings[image]);
            (centroids, recall) = (centroids + measured[0], recall + measured[1]);
        }

        Assert.Equal(["centroid accuracy", "recall@1"], test.Metrics.Select(metric => metric.Name));
        Assert.Equal(4.0 / 5, centroids.Value, 1e-12);
        Assert.Equal(3.0 / 5, recall.Value, 1e-12);
    }

    /// <summary>
    /// The first anchor is right, and its triplet has distances of 3 and 5. The second anchor is
    /// wrong, and its triplet has distances of 3 and 2, which is 2 too near. Both count once for
    /// each of their images.
    /// </summary>
    [Fact]
    public void Triplets_of_the_test_count_once_for_each_image()
    {
        var totals = TestAgainstGallery().Judge(new Batch(Split(1, 1, 0, 1, 1, 0), [0, 1, 2, 3, 4, 5]) { ImagesPerSample = 3 }, [0, 3, 0, 0, 4, 0, 2, 2, 2, 5, 2, 0], []);

        Assert.Equal((3.0, 6.0, 6), (totals.MetricSum, totals.MetricWeight, totals.Samples));
        Assert.Equal(3 * (0 + 2), totals.LossSum, 1e-4);
    }

    private static IObjective TestAgainstGallery()
    {
        var task = new EmbeddingTask(Recipe.Data with { Classes = ClassList.Numbered(3) }, 2);
        return ((IGalleryObjective)task.Objective(new TripletLoss(margin: 1))).Against(Split(0, 0, 1, 1), Gallery);
    }

    private static ImageSet Split(params ushort[] labels) => new(new byte[labels.Length], labels, new SampleShape(1, 1, 1));

    private static int Distance(ReadOnlySpan<int> one, ReadOnlySpan<int> other)
    {
        if (one.IsEmpty || other.IsEmpty)
        {
            return one.Length + other.Length;
        }

        var replaced = Distance(one[1..], other[1..]) + (one[0] == other[0] ? 0 : 1);
        return Math.Min(replaced, Math.Min(Distance(one[1..], other), Distance(one, other[1..])) + 1);
    }

    private static int[] Labels(string text) => [.. text.Select(letter => letter - '0')];

    private static Symbols Written(int[] labels)
    {
        // The numbers after the last label mean nothing.
        float[] numbers = [labels.Length, .. labels.Select(label => (float)label), 7, 7];
        return new Symbols(numbers);
    }

    /// <summary>Outputs that are sure of one label in each column.</summary>
    private static float[] Outputs(string path) =>
        [.. path.SelectMany(letter => Enumerable.Range(0, Width).Select(label => label == (letter == '-' ? Width - 1 : letter - '0') ? 20f : 0))];
}
