using System.Globalization;
using System.Text;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Data;

namespace Mnist.Distributed.Training.Data;

/// <summary>The lines of a CSV file, as they are read.</summary>
/// <param name="name">The name of the file in messages.</param>
internal sealed class CsvTable(string name)
{
    private const int MostLetters = 100;
    private const int MostPixels = ImageSize.Most * ImageSize.Most;

    private readonly Dictionary<string, ushort> _positions = [];
    private readonly List<string> _names = [];
    private readonly List<int> _firstLines = [];
    private readonly List<ushort> _labels = [];
    private byte[] _pixels = [];
    private int _length;
    private int _width;

    /// <summary>The name of the file in messages.</summary>
    public string Name => name;

    /// <summary>Number of lines so far.</summary>
    public int Line { get; private set; }

    /// <summary>Adds a line, without its end.</summary>
    /// <exception cref="InvalidInputException">The line has another form.</exception>
    public void Add(ReadOnlySpan<byte> line)
    {
        Line++;
        line = Trim(Line == 1 && line.StartsWith(Encoding.UTF8.Preamble) ? line[Encoding.UTF8.Preamble.Length..] : line);
        if (line.IsEmpty)
        {
            return;
        }

        var comma = line.IndexOf((byte)',');
        if (comma < 0)
        {
            throw Refused("has no comma", "write the label, then the pixels");
        }

        var label = Trim(line[..comma]);
        var pixels = line[(comma + 1)..];
        if (_labels.Count == 0 && Line == 1 && IsHeader(pixels))
        {
            return;
        }

        if (_width == 0)
        {
            _width = pixels.Count((byte)',') + 1;
            if (_width > MostPixels)
            {
                throw Refused($"has {_width} pixels", $"give images of at most {ImageSize.Most} x {ImageSize.Most}");
            }

        }

        if (_labels.Count >= IdxFile.MaximumCount)
        {
            throw Refused($"is image {_labels.Count + 1}", $"give at most {IdxFile.MaximumCount}");
        }

        Reserve();
        AddPixels(pixels);
        _labels.Add(PositionOf(label));
    }

    /// <summary>The content of the file.</summary>
    /// <exception cref="InvalidInputException">The file has no image.</exception>
    public CsvContent ToContent()
    {
        InvalidInputException.Require(_labels.Count > 0, $"{name} has no images: write a line with label and pixels for each.");
        return new CsvContent(_width, _pixels.AsMemory(0, _length), _names, _labels, _firstLines);
    }

    /// <summary>Whether the first of some fields is no number.</summary>
    private static bool IsHeader(ReadOnlySpan<byte> fields)
    {
        var end = fields.IndexOf((byte)',');
        var field = Trim(end < 0 ? fields : fields[..end]);
        return field.IndexOfAnyExceptInRange((byte)'0', (byte)'9') >= 0 && field.IndexOfAnyInRange((byte)'A', (byte)'z') >= 0;
    }

    private static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> field)
    {
        field = field.Trim(" \t\r"u8);
        return field.Length >= 2 && field[0] == '"' && field[^1] == '"' && !field[1..^1].Contains((byte)',') ? field[1..^1] : field;
    }

    private void Reserve()
    {
        var needed = (long)_length + _width;
        if (needed > Array.MaxLength)
        {
            throw Refused($"is beyond the {Array.MaxLength} bytes that are supported", "give fewer or smaller images");
        }

        if (needed > _pixels.Length)
        {
            Array.Resize(ref _pixels, (int)Math.Min(Array.MaxLength, Math.Max(needed, 2L * _pixels.Length)));
        }
    }

    private void AddPixels(ReadOnlySpan<byte> fields)
    {
        var (from, count) = (0, 0);
        while (from <= fields.Length)
        {
            var (value, at) = (0, from);
            for (; at < fields.Length && (uint)(fields[at] - '0') <= 9 && at - from < 4; at++)
            {
                value = (value * 10) + (fields[at] - '0');
            }

            if (at == from || value > byte.MaxValue || (at < fields.Length && fields[at] != ','))
            {
                (value, at) = Slow(fields, from);
            }

            if (count >= _width)
            {
                throw Refused($"has more than {_width} pixels", "give images of one size");
            }

            _pixels[_length + count++] = (byte)value;
            from = at + 1;
        }

        if (count != _width)
        {
            throw Refused($"has {count} pixels instead of {_width}", "give images of one size");
        }

        _length += count;
    }

    /// <summary>A field with spaces, quotes or something that is no pixel.</summary>
    private (int Value, int End) Slow(ReadOnlySpan<byte> fields, int from)
    {
        var length = fields[from..].IndexOf((byte)',');
        var end = length < 0 ? fields.Length : from + length;
        var field = Trim(fields[from..end]);
        var isPixel = int.TryParse(field, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value <= byte.MaxValue;
        if (!isPixel)
        {
            throw Refused($"has the pixel '{Printable.Of(Encoding.UTF8.GetString(field[..Math.Min(field.Length, 20)]))}'", "give whole numbers from 0 to 255");
        }

        return (value, end);
    }

    private ushort PositionOf(ReadOnlySpan<byte> label)
    {
        if (label.Length is 0 or > 4 * MostLetters)
        {
            throw Refused("has an empty or too long label", $"give a label of 1 to {MostLetters} letters");
        }

        Span<char> letters = stackalloc char[4 * MostLetters];
        letters = letters[..Encoding.UTF8.GetChars(label, letters)];
        if (_positions.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(letters, out var position))
        {
            return position;
        }

        var text = letters.ToString();
        if (text.Length > MostLetters || !Printable.Is(text))
        {
            throw Refused("has a label that is too long or cannot be shown", $"give a label of 1 to {MostLetters} letters");
        }

        if (_names.Count >= ClassList.Most)
        {
            throw Refused($"has a label that is the {ClassList.Most + 1}th", $"give at most {ClassList.Most} classes");
        }

        _positions[text] = (ushort)_names.Count;
        _names.Add(text);
        _firstLines.Add(Line);
        return _positions[text];
    }

    private InvalidInputException Refused(string fault, string advice) => new($"Line {Line} of {name} {fault}: {advice}.");
}
