using System.Globalization;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Data;

namespace Mnist.Distributed.Training.Data;

/// <summary>The pictures of one split, decoded and checked to have one size.</summary>
internal sealed class PictureSplit
{
    private readonly List<Picture> _pictures = [];
    private readonly List<ushort> _labels = [];
    private long _bytes;

    /// <summary>The size of all pictures, and the file that had it first.</summary>
    public (ImageSize Size, string Path)? First { get; private set; }

    /// <summary>Whether a picture has a colour.</summary>
    public bool IsColoured { get; private set; }

    /// <summary>Number of pictures.</summary>
    public int Count => _pictures.Count;

    /// <summary>Reads a picture.</summary>
    /// <param name="path">The file.</param>
    /// <param name="label">The 0-based class.</param>
    /// <param name="resized">The size of the result; null for the file's own.</param>
    /// <param name="expected">The size that another split has; null if there is none yet.</param>
    /// <exception cref="InvalidInputException">
    /// The file is damaged, has another size than the others, or there are too many.
    /// </exception>
    public void Add(string path, int label, ImageSize? resized, (ImageSize Size, string Path)? expected)
    {
        var picture = Picture.Read(path, resized);
        First ??= expected ?? (picture.Size, path);
        var (size, other) = First.Value;
        InvalidInputException.Require(
            picture.Size == size,
            $"{Printable.Of(other)} has {size.Rows} x {size.Columns} pixels and {Printable.Of(path)} has {picture.Size.Rows} x {picture.Size.Columns}: resize all pictures with ImageSize.",
            "ImageSize");
        _bytes += picture.Planes.Length;
        InvalidInputException.Require(
            _bytes <= Array.MaxLength,
            $"The pictures up to {Printable.Of(path)} take more than the {Array.MaxLength.ToString("N0", CultureInfo.InvariantCulture)} bytes that are supported: give fewer pictures, or make them smaller with ImageSize.",
            "ImageSize");
        IsColoured |= picture.Channels > 1;
        _pictures.Add(picture);
        _labels.Add((ushort)label);
    }

    /// <summary>The samples.</summary>
    /// <param name="channels">1, or 3: then grey pictures get three equal planes.</param>
    /// <exception cref="InvalidInputException">The pixels do not fit into memory.</exception>
    public ImageSet ToImageSet(int channels)
    {
        var size = First!.Value.Size;
        var plane = size.Pixels;
        InvalidInputException.Require(
            (long)Count * channels * plane <= Array.MaxLength,
            $"{Count} pictures of {channels} x {size.Rows} x {size.Columns} take more than the {Array.MaxLength.ToString("N0", CultureInfo.InvariantCulture)} bytes that are supported: give fewer pictures, or make them smaller with ImageSize.",
            "ImageSize");
        var pixels = new byte[Count * channels * plane];
        for (var sample = 0; sample < Count; sample++)
        {
            var planes = _pictures[sample].Planes;
            for (var channel = 0; channel < channels; channel++)
            {
                planes.AsSpan(planes.Length == plane ? 0 : channel * plane, plane).CopyTo(pixels.AsSpan(((sample * channels) + channel) * plane));
            }
        }

        return new ImageSet(pixels, _labels.ToArray(), new SampleShape(channels, size.Rows, size.Columns));
    }
}
