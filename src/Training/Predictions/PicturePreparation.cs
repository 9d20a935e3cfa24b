using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Data;
using Mnist.Distributed.Training.Data;
using Mnist.Distributed.Training.Tasks;

namespace Mnist.Distributed.Training.Predictions;

/// <summary>
/// Turns a photo or a scan into an image of the kind that a network was trained on.
/// </summary>
/// <param name="shape">The shape of the images that the network sees.</param>
/// <param name="fit">How a picture is placed in an image.</param>
internal sealed class PicturePreparation(SampleShape shape, PictureFit fit)
{
    /// <summary>MNIST's digits are 20 pixels high, in images of 28.</summary>
    private const int Digit = 20;

    private const int Side = 28;

    private readonly ImageSize _size = new(shape.Rows, shape.Columns);

    /// <summary>
    /// Makes an image: grey, inverted if the ground is light, with black ground and white ink,
    /// scaled and placed. A picture that has the size of the images and a dark ground stays as it
    /// is, and a network for colours gets the picture scaled only.
    /// </summary>
    /// <param name="picture">The picture.</param>
    /// <returns>Channels x rows x columns bytes.</returns>
    public byte[] Prepare(Picture picture)
    {
        if (shape.Channels != 1)
        {
            return Scale(picture);
        }

        var grey = GreyPicture.Of(picture);
        if (grey.HasLightGround)
        {
            grey = grey.Inverted();
        }
        else if (grey.Size == _size)
        {
            return grey.Pixels;
        }

        grey = grey.Stretched();
        return fit switch
        {
            PictureFit.Symbol => grey.Cropped().Within(new(Part(shape.Rows), Part(shape.Columns))).On(_size, byMass: true),
            PictureFit.Line => grey.Cropped().Within(new(Part(shape.Rows), shape.Columns)).On(_size, byMass: false),
            _ => grey.Within(_size).On(_size, byMass: false),
        };
    }

    /// <summary>Scales a picture, without regard to its proportions.</summary>
    /// <exception cref="InvalidInputException">
    /// The network has another number of channels.
    /// </exception>
    public byte[] Scale(Picture picture)
    {
        InvalidInputException.Require(
            picture.Channels == shape.Channels || (picture.Channels, shape.Channels) is (1, 3) or (3, 1),
            $"The network sees images with {shape.Channels} channels, and the picture has {picture.Channels}: give another picture.");
        var planes = shape.Channels == 1 ? [GreyPicture.Of(picture).Pixels] : Enumerable.Range(0, shape.Channels).Select(channel => Plane(picture, channel)).ToArray();
        var resizer = new ImageResizer(picture.Size, _size);
        var image = new byte[shape.Pixels];
        for (var channel = 0; channel < planes.Length; channel++)
        {
            resizer.Resize(planes[channel], image.AsSpan(channel * _size.Pixels, _size.Pixels));
        }

        return image;
    }

    private static byte[] Plane(Picture picture, int channel) =>
        picture.Planes.AsSpan(picture.Channels == 1 ? 0 : channel * picture.Size.Pixels, picture.Size.Pixels).ToArray();

    private static int Part(int side) => Math.Max(1, side * Digit / Side);
}
