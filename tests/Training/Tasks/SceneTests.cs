using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Tests.Training.Data;
using Mnist.Distributed.Training.Catalogue;
using Mnist.Distributed.Training.Data;
using Mnist.Distributed.Training.Metrics;
using Mnist.Distributed.Training.Tasks;
using Mnist.Distributed.Training.Views;
using Xunit;

namespace Mnist.Distributed.Tests.Training.Tasks;

/// <summary>What tasks draw from a data set.</summary>
public sealed class SceneTests
{
    private static readonly ImageSet Split = Digits.Synthetic.Train.First(200);

    public static TheoryData<string> Tasks => [.. TrainingCatalogue.Standard.Tasks.Select(task => task.Name)];

    /// <summary>Whoever gathers a sample, beside whatever others, gets the same bytes.</summary>
    [Theory]
    [MemberData(nameof(Tasks))]
    public void A_sample_depends_on_seed_and_index_only(string task)
    {
        var (one, other) = (View(task, SceneKey.Training(5)), View(task, SceneKey.Training(5)));

        var alone = Bytes(one.Gather([17], 0));
        var third = other.Gather([3, 99, 17, 4], 0).Slice(2, 1);

        Assert.Equal(alone, Bytes(third));
        Assert.Equal(alone, Bytes(one.Gather([17], 0)));
    }

    [Theory]
    [InlineData("ink")]
    [InlineData("boxes")]
    [InlineData("strings")]
    [InlineData("embedding")]
    public void Scenes_for_training_follow_the_seed_and_those_for_testing_do_not(string task)
    {
        Assert.NotEqual(Bytes(View(task, SceneKey.Training(1)).Gather([5, 6, 7], 0)), Bytes(View(task, SceneKey.Training(2)).Gather([5, 6, 7], 0)));
        Assert.NotEqual(Bytes(View(task, SceneKey.Training(0)).Gather([5, 6, 7], 0)), Bytes(View(task, SceneKey.Testing).Gather([5, 6, 7], 0)));
    }

    [Fact]
    public void A_mask_has_the_pixels_of_ink_of_the_clean_digit()
    {
        var batch = View("ink", SceneKey.Training(1)).Gather([.. Enumerable.Range(0, 50)], 0);
        for (var sample = 0; sample < batch.Samples; sample++)
        {
            Assert.Equal(Split.Image(sample).ToArray().Select(pixel => pixel >= 128 ? 1f : 0), batch.Target(sample).ToArray());
        }
    }

    /// <summary>Clutter may cover the digit, but never removes a pixel of it.</summary>
    [Fact]
    public void A_box_is_the_smallest_around_the_digit()
    {
        var batch = View("boxes", SceneKey.Training(1)).Gather([.. Enumerable.Range(0, 50)], 0);
        for (var sample = 0; sample < batch.Samples; sample++)
        {
            var digit = Split.Image(sample);
            var ink = Enumerable.Range(0, digit.Length).Where(at => Split.Image(sample)[at] >= 128).ToArray();
            var (left, top) = (ink.Min(at => at % 28), ink.Min(at => at / 28));
            var (width, height) = (ink.Max(at => at % 28) - left + 1, ink.Max(at => at / 28) - top + 1);
            var box = batch.Target(sample);
            Assert.Equal((width, height), ((int)Math.Round(box[2] * 56), (int)Math.Round(box[3] * 56)));
            var (x, y) = ((int)Math.Round((box[0] * 56) - (width / 2f)), (int)Math.Round((box[1] * 56) - (height / 2f)));
            foreach (var at in ink)
            {
                Assert.True(batch.Image(sample)[((y + (at / 28) - top) * 56) + x + (at % 28) - left] >= digit[at]);
            }
        }
    }

    [Fact]
    public void A_string_has_one_to_five_digits_and_begins_with_its_own()
    {
        var lengths = new HashSet<int>();
        var batch = View("strings", SceneKey.Training(1)).Gather([.. Enumerable.Range(0, 200)], 0);
        for (var sample = 0; sample < batch.Samples; sample++)
        {
            var symbols = new Symbols(batch.Target(sample));
            lengths.Add(symbols.Length);
            Assert.Equal(Split.Labels[sample], symbols[0]);
        }

        Assert.Equal([1, 2, 3, 4, 5], lengths.Order());
    }

    /// <summary>
    /// From left to right are the columns with ink of each digit, byte by byte, and all others are
    /// empty. So nothing is cut off or drawn over. Digits that are wider than a fifth of the string
    /// are left out here, because they lose columns at both sides.
    /// </summary>
    [Fact]
    public void A_string_of_any_length_is_the_ink_of_its_digits_side_by_side()
    {
        var most = new StringTask(Recipe.Data).Input.Columns / 5;
        int[] narrow = [.. Enumerable.Range(0, Split.Count).Where(index => ColumnsWithInk(index).Length <= most)];
        byte[][][] digits = [.. narrow.Select(ColumnsWithInk)];
        var split = new ImageSet(narrow.SelectMany(index => Split.Image(index).ToArray()).ToArray(), narrow.Select(index => Split.Labels[index]).ToArray(), Split.Sample);
        var lengths = new HashSet<int>();
        var batch = View("strings", SceneKey.Training(3), split).Gather([.. Enumerable.Range(0, split.Count)], 0);
        for (var sample = 0; sample < batch.Samples; sample++)
        {
            var labels = new Symbols(batch.Target(sample)).ToArray();
            lengths.Add(labels.Length);
            Assert.True(IsString(Columns(batch.Image(sample)), labels, [sample]), $"Sample {sample} does not show {string.Join(' ', labels)}.");
        }

        Assert.Equal([1, 2, 3, 4, 5], lengths.Order());

        // Which images follow the first one is not told, so all images of a label are tried.
        bool IsString(byte[][] columns, int[] labels, IEnumerable<int> first)
        {
            var begin = Array.FindIndex(columns, column => column.Any(pixel => pixel > 0));
            if (labels.Length == 0 || begin < 0)
            {
                return labels.Length == 0 && begin < 0;
            }

            return first.Any(index => split.Labels[index] == labels[0]
                && BeginsWith(columns[begin..], digits[index])
                && IsString(columns[(begin + digits[index].Length)..], labels[1..], Enumerable.Range(0, digits.Length)));
        }
    }

    [Fact]
    public void A_triplet_has_two_images_of_one_class_and_one_of_another_and_changes_with_the_epoch()
    {
        var view = View("embedding", SceneKey.Training(1));
        int[] indexes = [.. Enumerable.Range(0, 200)];
        var batch = view.Gather(indexes, 0);
        for (var sample = 0; sample < batch.Samples; sample++)
        {
            Assert.Equal(Split.Labels[sample], batch.Label(3 * sample));
            Assert.Equal(batch.Label(3 * sample), batch.Label((3 * sample) + 1));
            Assert.NotEqual(batch.Label(3 * sample), batch.Label((3 * sample) + 2));
            Assert.False(batch.Image(3 * sample).SequenceEqual(batch.Image((3 * sample) + 1)));
        }

        var first = Bytes(batch);
        Assert.NotEqual(first, Bytes(view.Gather(indexes, 1)));
    }

    [Fact]
    public void Triplets_of_one_class_are_refused()
    {
        var same = new ImageSet(new byte[2 * 784], new ushort[2], Recipe.Sample);

        Assert.Contains("two classes", Assert.Throws<InvalidInputException>(() => new TripletView(same, SceneKey.Testing)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(7, false)]
    [InlineData(8, true)]
    [InlineData(112, true)]
    [InlineData(113, false)]
    public void Strings_that_are_too_narrow_for_a_blank_between_equal_digits_or_too_wide_are_refused(int columns, bool fits)
    {
        var data = Recipe.Data with { Sample = Recipe.Sample with { Columns = columns } };

        if (fits)
        {
            Assert.InRange(new StringTask(data).Columns, 9, 128);
        }
        else
        {
            Assert.Contains("resize the images", Assert.Throws<InvalidInputException>(() => new StringTask(data)).Message, StringComparison.Ordinal);
        }
    }

    private static ISampleView View(string task, SceneKey key, ImageSet? split = null)
    {
        var loss = TrainingCatalogue.Standard.Task(task).Loss;
        var plan = TrainingCatalogue.Standard.Complete(new TrainingPlan { Task = task, Loss = loss });
        return TrainingCatalogue.Standard.Objective(plan).View(split ?? Split, key);
    }

    private static byte[] Bytes(Batch batch)
    {
        var bytes = new List<byte>();
        for (var image = 0; image < batch.Count; image++)
        {
            bytes.AddRange(batch.Image(image));
        }

        bytes.AddRange(System.Runtime.InteropServices.MemoryMarshal.AsBytes(batch.Targets));
        return [.. bytes];
    }

    /// <summary>The columns of an image, each from top to bottom.</summary>
    private static byte[][] Columns(ReadOnlySpan<byte> image)
    {
        var columns = new byte[image.Length / Recipe.Sample.Rows][];
        for (var column = 0; column < columns.Length; column++)
        {
            columns[column] = new byte[Recipe.Sample.Rows];
            for (var row = 0; row < Recipe.Sample.Rows; row++)
            {
                columns[column][row] = image[(row * columns.Length) + column];
            }
        }

        return columns;
    }

    /// <summary>The columns of a digit from the first one with ink to the last one.</summary>
    private static byte[][] ColumnsWithInk(int index)
    {
        var columns = Columns(Split.Image(index));
        var (first, last) = (Array.FindIndex(columns, HasInk), Array.FindLastIndex(columns, HasInk));
        return columns[first..(last + 1)];
    }

    private static bool HasInk(byte[] column) => column.Any(pixel => pixel >= 128);

    private static bool BeginsWith(byte[][] columns, byte[][] digit) =>
        digit.Length <= columns.Length && digit.Zip(columns, (one, other) => one.AsSpan().SequenceEqual(other)).All(isSame => isSame);
}
