using System.Buffers.Binary;
using System.Security.Cryptography;
using Mnist.Distributed.Contracts.Data;

namespace Mnist.Distributed.Training.Data;

/// <summary>The uncompressed content of one IDX file, checked for completeness.</summary>
public sealed class IdxContent
{
    private readonly byte[] _bytes;
    private readonly IdxHeader _header;

    internal IdxContent(byte[] bytes, IdxHeader header) => (_bytes, _header) = (bytes, header);

    /// <summary>Number of images or labels.</summary>
    public int Count => _header.Count;

    /// <summary>Shape of an image; 1 x 1 x 1 for labels.</summary>
    public SampleShape Sample => _header.Sample;

    /// <summary>The bytes after the header, item after item.</summary>
    public ReadOnlyMemory<byte> Items => _bytes.AsMemory(_header.Length);

    /// <summary>
    /// SHA-256 in lower-case hex of header and items, which is the checksum of the uncompressed
    /// file.
    /// </summary>
    public string ComputeSha256() => Convert.ToHexStringLower(SHA256.HashData(_bytes));

    /// <summary>Reads the labels, which have 1, 2 or 4 bytes each in the file.</summary>
    /// <returns>
    /// The labels; and, if a label is negative or above 65,535, the position and value of the first
    /// one.
    /// </returns>
    internal (ushort[] Labels, (int Sample, long Label)? Bad) ReadLabels()
    {
        var labels = new ushort[Count];
        for (var sample = 0; sample < labels.Length; sample++)
        {
            var label = LabelAt(sample);
            if (label is < 0 or >= ClassList.Most)
            {
                return ([], (sample, label));
            }

            labels[sample] = (ushort)label;
        }

        return (labels, null);
    }

    private long LabelAt(int sample)
    {
        var item = Items.Span[(sample * _header.BytesPerItem)..];
        return _header.BytesPerElement switch
        {
            1 => item[0],
            2 => BinaryPrimitives.ReadInt16BigEndian(item),
            _ => BinaryPrimitives.ReadInt32BigEndian(item),
        };
    }
}
