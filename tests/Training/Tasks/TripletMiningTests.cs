using CsCheck;
using Mnist.Distributed.Contracts.Data;
using Mnist.Distributed.Training.Data;
using Mnist.Distributed.Training.Tasks;
using Xunit;

namespace Mnist.Distributed.Tests.Training.Tasks;

/// <summary>
/// Mining selects the triplets of its definition. The oracle sorts all candidates. Places have
/// whole numbers, so that distances are exact and many of them are equal.
/// </summary>
public sealed class TripletMiningTests
{
    private const string SemiHard = "semi-hard";
    private const string BatchHard = "batch-hard";

    /// <summary>Up to nine images of three classes, in one to three dimensions.</summary>
    private static readonly Gen<(int Label, int[] Place)[]> Batches =
        from dimensions in Gen.Int[1, 3]
        from images in Gen.Select(Gen.Int[0, 2], Gen.Int[-2, 2].Array[dimensions]).Array[1, 9]
        select images;

    [Theory]
    [InlineData(SemiHard)]
    [InlineData(BatchHard)]
    public void Every_anchor_has_the_triplet_of_the_definition(string mining) => Batches.Sample(
        images =>
        {
            for (var anchor = 0; anchor < images.Length; anchor++)
            {
                Assert.Equal(Defined(mining, images, anchor), Found(mining, images, anchor));
            }
        },
        iter: 1000);

    /// <summary>
    /// On a line are images of one class at 0, 2 and 5, and of another one at 3 and 1.
    /// </summary>
    [Theory]
    [InlineData(BatchHard, 0, 4, 3)]
    [InlineData(BatchHard, 2, 3, 1)]
    [InlineData(BatchHard, 4, 0, 2)]
    [InlineData(SemiHard, 0, 1, 2)]
    [InlineData(SemiHard, 2, 3, 0)]
    [InlineData(SemiHard, 4, 0, 3)]
    public void Images_on_a_line_make_the_triplets_that_a_person_finds(string mining, int anchor, int positive, int negative)
    {
        (int, int[])[] images = [(0, [0]), (0, [2]), (1, [3]), (1, [1]), (0, [5])];

        Assert.Equal((positive, negative), Found(mining, images, anchor));
    }

    [Theory]
    [InlineData(SemiHard)]
    [InlineData(BatchHard)]
    public void An_anchor_without_a_partner_or_without_an_opposite_has_no_triplet(string mining)
    {
        Assert.Null(Found(mining, [(0, [0]), (1, [1]), (1, [2])], 0));
        Assert.Null(Found(mining, [(0, [0]), (0, [1]), (0, [2])], 0));
    }

    private static (int Positive, int Negative)? Found(string mining, (int Label, int[] Place)[] images, int anchor)
    {
        var labels = Array.ConvertAll(images, image => (ushort)image.Label);
        float[] outputs = [.. images.SelectMany(image => image.Place).Select(element => (float)element)];
        var batch = new Batch(new ImageSet(new byte[images.Length], labels, new SampleShape(1, 1, 1)), [.. Enumerable.Range(0, images.Length)]);
        return TripletMining.Find(mining, batch, outputs, anchor);
    }

    /// <summary>
    /// The images after the anchor come before those at the start of the batch, because semi-hard
    /// takes the next positive.
    /// </summary>
    private static (int Positive, int Negative)? Defined(string mining, (int Label, int[] Place)[] images, int anchor)
    {
        var (label, place) = images[anchor];
        int[] others = [.. Enumerable.Range(anchor + 1, images.Length - anchor - 1), .. Enumerable.Range(0, anchor)];
        int[] positives = [.. others.Where(other => images[other].Label == label)];
        int[] negatives = [.. others.Where(other => images[other].Label != label).Order()];
        if (positives.Length == 0 || negatives.Length == 0)
        {
            return null;
        }

        // A sort keeps the order of equal ones, so the first one wins.
        if (mining == BatchHard)
        {
            return (positives.Order().OrderByDescending(Distance).First(), negatives.OrderBy(Distance).First());
        }

        int[] beyond = [.. negatives.Where(negative => Distance(negative) > Distance(positives[0]))];
        return (positives[0], beyond.Length > 0 ? beyond.OrderBy(Distance).First() : negatives.OrderByDescending(Distance).First());

        int Distance(int other) => images[other].Place.Zip(place, (one, another) => (one - another) * (one - another)).Sum();
    }
}
