using System.Buffers.Binary;
using Mnist.Distributed.Training.Data;

namespace Mnist.Distributed.Tests.Training.Data;

/// <summary>
/// A folder with images of a user's own, written independently of the code under test: 3 x 9 x 7
/// pixels in three classes. A class is told by the channel that is bright.
/// </summary>
internal static class OwnImages
{
    public const int TrainCount = 60;
    public const int TestCount = 21;
    public const int Channels = 3;
    public const int Rows = 9;
    public const int Columns = 7;

    public static readonly string[] Classes = ["red fox", "green frog", "blue whale"];

    /// <summary>Puts the four files and <c>classes.txt</c> into a folder, which is made.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="labelBits">8, 16 or 32.</param>
    public static string WriteTo(string folder, int labelBits = 8)
    {
        Directory.CreateDirectory(folder);
        Write(folder, IdxFileNames.TrainImages, Images(TrainCount));
        Write(folder, IdxFileNames.TrainLabels, Labels(TrainCount, labelBits));
        Write(folder, IdxFileNames.TestImages, Images(TestCount));
        Write(folder, IdxFileNames.TestLabels, Labels(TestCount, labelBits));
        File.WriteAllLines(Path.Combine(folder, IdxFormat.ClassesFile), Classes);
        return folder;
    }

    public static void Write(string folder, string name, byte[] content) => File.WriteAllBytes(Path.Combine(folder, name), content);

    /// <summary>A file of images; grey ones have no dimension for the channels.</summary>
    public static byte[] Images(int count, int channels = Channels, int rows = Rows, int columns = Columns)
    {
        var header = channels == 1 ? Idx.Header(0x803, count, rows, columns) : Idx.Header(0x804, count, channels, rows, columns);
        var pixels = new byte[count * channels * rows * columns];
        new Random(1).NextBytes(pixels);
        var plane = rows * columns;
        for (var i = 0; i < pixels.Length; i++)
        {
            var (image, channel) = (i / (channels * plane), i / plane % channels);
            pixels[i] = channel == LabelOf(image) % channels ? (byte)(128 + (pixels[i] / 2)) : (byte)(pixels[i] / 4);
        }

        return [.. header, .. pixels];
    }

    /// <summary>A file of labels, one of which may be another one.</summary>
    public static byte[] Labels(int count, int bits = 8, int changed = -1, int to = 0)
    {
        var magic = bits switch { 8 => 0x801, 16 => 0xB01, _ => 0xC01 };
        return [.. Idx.Header(magic, count), .. Enumerable.Range(0, count).SelectMany(sample => Bytes(sample == changed ? to : LabelOf(sample), bits))];
    }

    public static int LabelOf(int sample) => sample * 7 % 3;

    private static byte[] Bytes(int label, int bits)
    {
        var bytes = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(bytes, label);
        return bytes[^(bits / 8)..];
    }
}
