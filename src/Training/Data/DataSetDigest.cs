using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Mnist.Distributed.Contracts.Data;

namespace Mnist.Distributed.Training.Data;

/// <summary>
/// The digest of the data. Machines compare digests to find out whether they train on the same
/// samples.
/// </summary>
public static class DataSetDigest
{
    /// <summary>
    /// SHA-256 in lower-case hex over the shape as text, then train images, train labels, test
    /// images and test labels. Each label is a little-endian 16-bit number.
    /// </summary>
    public static string Compute(DataShape shape, ImageSet train, ImageSet test)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(Describe(shape, train.Count, test.Count)));
        foreach (var split in (ReadOnlySpan<ImageSet>)[train, test])
        {
            hash.AppendData(split.Images);
            hash.AppendData(MemoryMarshal.AsBytes(split.Labels));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static string Describe(DataShape shape, int train, int test) => string.Create(
        CultureInfo.InvariantCulture,
        $"{train} {test}\n{shape.Sample.Channels} {shape.Sample.Rows} {shape.Sample.Columns}\n{shape.Normalisation.Scale} {shape.Normalisation.Mean} {shape.Normalisation.Deviation}\n")
        + string.Concat(shape.Classes.Names.Select(name => $"{name}\n"));
}
