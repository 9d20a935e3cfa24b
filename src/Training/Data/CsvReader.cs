using Mnist.Distributed.Contracts;
using Mnist.Distributed.Training.Files;

namespace Mnist.Distributed.Training.Data;

/// <summary>
/// Reads a CSV file, which may be compressed with gzip and may be hostile. A line is a label and
/// the pixels, whole numbers from 0 to 255, separated by commas. A first line whose second field is
/// no number is a header. Fields may have spaces around them and double quotes; a label cannot have
/// a comma. Empty lines are skipped. Memory grows with the pixels that the file really has.
/// </summary>
internal static class CsvReader
{
    private const int LongestLine = 8 * 1024 * 1024;

    /// <summary>Reads a file.</summary>
    /// <exception cref="InvalidInputException">
    /// The file cannot be read, is damaged, or a line has another form; the message names the line.
    /// </exception>
    public static CsvContent Read(string path) => InputFile.Read(path, file => Read(file, Printable.Of(path)));

    /// <summary>Reads a stream.</summary>
    /// <param name="file">The whole file, from its beginning; seekable.</param>
    /// <param name="name">The name of the file in messages.</param>
    /// <exception cref="InvalidInputException">
    /// The content is damaged, or a line has another form; the message names the line.
    /// </exception>
    public static CsvContent Read(Stream file, string name)
    {
        try
        {
            using var gzip = GzipContainer.IsGzip(file) ? new GzipMembers(file) : null;
            var table = new CsvTable(name);
            ReadLines(gzip ?? file, table);
            return table.ToContent();
        }
        catch (InvalidDataException e)
        {
            throw new InvalidInputException($"{name} is damaged, {e.Message}: fetch the file again.", e);
        }
    }

    private static void ReadLines(Stream content, CsvTable table)
    {
        var buffer = new byte[64 * 1024];
        var filled = 0;
        for (var read = 1; read > 0;)
        {
            if (filled == buffer.Length)
            {
                InvalidInputException.Require(buffer.Length < LongestLine, $"Line {table.Line + 1} of {table.Name} is longer than {LongestLine} bytes: give a line for each image.");
                Array.Resize(ref buffer, 2 * buffer.Length);
            }

            read = content.Read(buffer.AsSpan(filled));
            filled += read;
            var rest = buffer.AsSpan(0, filled);
            for (var end = rest.IndexOf((byte)'\n'); end >= 0; end = rest.IndexOf((byte)'\n'))
            {
                table.Add(rest[..end]);
                rest = rest[(end + 1)..];
            }

            filled = rest.Length;
            rest.CopyTo(buffer);
        }

        table.Add(buffer.AsSpan(0, filled));
    }
}
