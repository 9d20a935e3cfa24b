using Mnist.Distributed.Contracts.Data;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Tests.Training.Data;
using Mnist.Distributed.Training.Data;
using Mnist.Distributed.Training.Predictions;
using Mnist.Distributed.Training.Tasks;
using Xunit;

namespace Mnist.Distributed.Tests.Training.Predictions;

/// <summary>Photos become images like those of MNIST.</summary>
public sealed class PicturePreparationTests
{
    private const int Side = 28;

    private static readonly PicturePreparation Symbols = new(Recipe.Sample, PictureFit.Symbol);

    [Fact]
    public void An_image_of_the_right_size_on_a_dark_ground_stays_as_it_is()
    {
        var image = Digits.Synthetic.Test.Image(3).ToArray();

        Assert.Equal(image, Symbols.Prepare(new Picture(new ImageSize(Side, Side), image)));
    }

    /// <summary>
    /// A photo is the digit many times as large, somewhere on light paper with a shadow. What comes
    /// out is the digit at the middle, with the height of MNIST's digits.
    /// </summary>
    [Theory]
    [InlineData(5, 10, 90, true)]
    [InlineData(9, 3, 4, true)]
    [InlineData(9, 60, 3, false)]
    [InlineData(3, 0, 0, true)]
    public void A_photo_becomes_an_image_like_those_of_the_training(int scale, int top, int left, bool isLight)
    {
        for (var sample = 0; sample < 20; sample++)
        {
            var prepared = Symbols.Prepare(Photo(Digits.Synthetic.Test.Image(sample), scale, top, left, isLight));

            var ink = Enumerable.Range(0, prepared.Length).Where(at => prepared[at] >= 128).ToArray();
            var (rows, columns) = (ink.Max(at => at / Side) - ink.Min(at => at / Side) + 1, ink.Max(at => at % Side) - ink.Min(at => at % Side) + 1);
            Assert.InRange(Math.Max(rows, columns), 18, 21);
            Assert.InRange(Centre(prepared, at => at / Side), 13, 14);
            Assert.InRange(Centre(prepared, at => at % Side), 13, 14);
        }
    }

    [Fact]
    public void A_line_of_symbols_keeps_its_proportions()
    {
        var line = new PicturePreparation(new SampleShape(1, Side, 128), PictureFit.Line);
        var prepared = line.Prepare(Photo(Digits.Synthetic.Test.Image(3), 5, 20, 30, isLight: true));

        var ink = Enumerable.Range(0, prepared.Length).Where(at => prepared[at] >= 128).ToArray();
        Assert.InRange(ink.Max(at => at / 128) - ink.Min(at => at / 128) + 1, 18, 21);
        Assert.InRange(ink.Max(at => at % 128) - ink.Min(at => at % 128) + 1, 2, 30);
    }

    [Fact]
    public void A_blank_picture_stays_blank_and_nothing_fails() =>
        Assert.All([.. Symbols.Prepare(new Picture(new ImageSize(50, 40), [.. Enumerable.Repeat((byte)255, 2000)]))], pixel => Assert.Equal(0, pixel));

    private static double Centre(byte[] image, Func<int, int> place) => image.Index().Sum(pixel => (double)pixel.Item * place(pixel.Index)) / image.Sum(pixel => pixel);

    private static Picture Photo(ReadOnlySpan<byte> digit, int scale, int top, int left, bool isLight)
    {
        var size = new ImageSize((Side * scale) + 100, (Side * scale) + 120);
        var pixels = new byte[size.Pixels];
        for (var at = 0; at < pixels.Length; at++)
        {
            var (row, column) = ((at / size.Columns) - top, (at % size.Columns) - left);
            var ink = row >= 0 && column >= 0 && row / scale < Side && column / scale < Side ? digit[(row / scale * Side) + (column / scale)] : 0;

            // A shadow falls from the left to the right, and the ink is not quite black.
            var paper = 225 - (30 * (at % size.Columns) / size.Columns);
            var value = paper - (ink * (paper - 40) / 255);
            pixels[at] = (byte)(isLight ? value : 255 - value);
        }

        return new Picture(size, pixels);
    }
}
