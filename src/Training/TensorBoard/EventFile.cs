using System.Buffers.Binary;
using System.Numerics;
using Google.Protobuf;
using Tensorboard;

namespace Mnist.Distributed.Training.TensorBoard;

/// <summary>
/// A file that TensorBoard reads. A record is its length (8 bytes), a checksum of the length, the
/// event, and a checksum of the event.
/// </summary>
/// <param name="time">The clock.</param>
public sealed class EventFile(TimeProvider time)
{
    private const uint MaskDelta = 0xa282ead8;
    private const string Prefix = "events.out.tfevents.";
    private const string Suffix = ".mnist";

    private readonly List<byte[]> _records = [];
    private readonly string _name = $"{Prefix}{time.GetUtcNow().ToUnixTimeSeconds()}{Suffix}";
    private string? _folder;
    private int _written;
    private long _length;

    /// <summary>Adds values of one step; <see cref="Write"/> writes them.</summary>
    /// <param name="step">The step, counted from the start of the run.</param>
    /// <param name="values">The values.</param>
    /// <param name="at">When the step happened; null for now.</param>
    public void Add(long step, IEnumerable<Summary.Types.Value> values, DateTimeOffset? at = null)
    {
        var moment = at ?? time.GetUtcNow();
        if (_records.Count == 0)
        {
            Add(new Event { FileVersion = "brain.Event:2" }, moment);
        }

        var summary = new Summary();
        summary.Value.AddRange(values);
        Add(new Event { Step = step, Summary = summary }, moment);
    }

    /// <summary>
    /// Writes what is not written yet. If the last call has failed, was for another folder, or its
    /// file is gone, it writes again. The first call for a folder removes the event files of
    /// another run from it.
    /// </summary>
    /// <param name="folder">The folder; it is made if it is missing.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public void Write(string folder)
    {
        var path = Path.Combine(folder, _name);
        if (folder != _folder || !File.Exists(path) || new FileInfo(path).Length < _length)
        {
            Directory.CreateDirectory(folder);
            foreach (var old in Directory.GetFiles(folder, $"{Prefix}*{Suffix}"))
            {
                File.Delete(old);
            }

            (_folder, _written, _length) = (folder, 0, 0);
        }

        // A reader may follow the file, so it only grows. What a failed call has left of a record
        // is cut off.
        using var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read, bufferSize: 0);
        file.SetLength(_length);
        file.Position = _length;
        for (; _written < _records.Count; _written++)
        {
            file.Write(_records[_written]);
            _length = file.Position;
        }
    }

    /// <summary>The masked CRC-32C of TensorBoard's records.</summary>
    internal static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc = BitOperations.Crc32C(crc, value);
        }

        return BitOperations.RotateRight(~crc, 15) + MaskDelta;
    }

    private void Add(Event happened, DateTimeOffset moment)
    {
        happened.WallTime = moment.ToUnixTimeMilliseconds() / 1000.0;
        var content = happened.ToByteArray();
        var record = new byte[sizeof(ulong) + sizeof(uint) + content.Length + sizeof(uint)];
        BinaryPrimitives.WriteUInt64LittleEndian(record, (ulong)content.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(sizeof(ulong)), Checksum(record.AsSpan(0, sizeof(ulong))));
        content.CopyTo(record.AsSpan(sizeof(ulong) + sizeof(uint)));
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(record.Length - sizeof(uint)), Checksum(content));
        _records.Add(record);
    }
}
