using System.Text.Json;
using Mnist.Distributed.Contracts;

namespace Mnist.Distributed.Training.Weights;

/// <summary>
/// Parses the JSON header of a safetensors file. Every violation of the format throws a
/// <see cref="JsonException"/> or a <see cref="SafetensorsException"/>. The reader of the file
/// makes a sentence for the user of it.
/// </summary>
internal static class SafetensorsHeader
{
    /// <summary>Name of the one entry that is no tensor but a map of strings.</summary>
    public const string Metadata = "__metadata__";

    /// <summary>The largest number of dimensions of a tensor. Models have far fewer.</summary>
    private const int MaximumRank = 16;

    /// <summary>The longest name, in characters, that messages quote in full.</summary>
    private const int QuotedLength = 80;

    /// <summary>
    /// Quotes a name for a message. A hostile name may be megabytes long or contain terminal
    /// controls.
    /// </summary>
    public static string Quote(string name) => $"'{Printable.Of(name, QuotedLength)}'";

    /// <summary>Parses the header. It does not check the places of the tensors.</summary>
    public static (List<SafetensorsEntry> Entries, Dictionary<string, string> Metadata) Parse(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        List<SafetensorsEntry> entries = [];
        Dictionary<string, string> metadata = [];
        HashSet<string> names = [];
        Expect(ref reader, JsonTokenType.StartObject, "the header");
        while (NextProperty(ref reader) is string name)
        {
            if (!names.Add(name))
            {
                throw new SafetensorsException($"the name {Quote(name)} occurs twice");
            }

            if (name == Metadata)
            {
                metadata = ParseMetadata(ref reader);
            }
            else
            {
                entries.Add(ParseEntry(ref reader, name));
            }
        }

        // This read throws unless only white space follows.
        reader.Read();
        return (entries, metadata);
    }

    private static SafetensorsEntry ParseEntry(ref Utf8JsonReader reader, string name)
    {
        string? type = null;
        long[]? shape = null;
        long[]? offsets = null;
        Expect(ref reader, JsonTokenType.StartObject, $"the entry of {Quote(name)}");
        while (NextProperty(ref reader) is string property)
        {
            switch (property)
            {
                case "dtype" when type is null:
                    Expect(ref reader, JsonTokenType.String, $"the dtype of {Quote(name)}");
                    type = Text(ref reader);
                    break;
                case "shape" when shape is null:
                    shape = ParseNumbers(ref reader, $"the shape of {Quote(name)}");
                    break;
                case "data_offsets" when offsets is null:
                    offsets = ParseNumbers(ref reader, $"the data_offsets of {Quote(name)}");
                    break;
                default:
                    throw new SafetensorsException($"the entry of {Quote(name)} has {Quote(property)} twice or should not have it");
            }
        }

        return type is not null && shape is not null && offsets is [long begin, long end]
            ? new SafetensorsEntry(name, ParseType(type, name), shape, begin, end)
            : throw new SafetensorsException($"the entry of {Quote(name)} needs a dtype, a shape and two data_offsets");
    }

    private static DType ParseType(string type, string name) => type switch
    {
        nameof(DType.F32) => DType.F32,
        nameof(DType.I64) => DType.I64,
        _ => throw new SafetensorsException($"the type of {Quote(name)} is {Quote(type)}, and only F32 and I64 are supported"),
    };

    private static long[] ParseNumbers(ref Utf8JsonReader reader, string what)
    {
        List<long> numbers = [];
        Expect(ref reader, JsonTokenType.StartArray, what);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (numbers.Count == MaximumRank)
            {
                throw new SafetensorsException($"{what} must be at most {MaximumRank} numbers");
            }

            numbers.Add(reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out long number) && number >= 0
                ? number
                : throw new SafetensorsException($"{what} must be whole numbers from 0 to 2^63 - 1"));
        }

        return [.. numbers];
    }

    private static Dictionary<string, string> ParseMetadata(ref Utf8JsonReader reader)
    {
        Dictionary<string, string> metadata = [];
        Expect(ref reader, JsonTokenType.StartObject, Metadata);
        while (NextProperty(ref reader) is string name)
        {
            Expect(ref reader, JsonTokenType.String, $"each value in {Metadata}");
            if (!metadata.TryAdd(name, Text(ref reader)))
            {
                throw new SafetensorsException($"the name {Quote(name)} occurs twice in {Metadata}");
            }
        }

        return metadata;
    }

    /// <summary>
    /// Moves to the next property and returns its name; null at the end of the object.
    /// </summary>
    private static string? NextProperty(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.TokenType == JsonTokenType.PropertyName ? Text(ref reader) : null;
    }

    private static void Expect(ref Utf8JsonReader reader, JsonTokenType type, string what)
    {
        if (!reader.Read() || reader.TokenType != type)
        {
            string expected = type switch
            {
                JsonTokenType.StartObject => "object",
                JsonTokenType.StartArray => "array",
                _ => "string",
            };
            throw new SafetensorsException($"{what} is not a JSON {expected}");
        }
    }

    private static string Text(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException e)
        {
            // The token is a string, so the only error that the reader can find is in its encoding.
            throw new SafetensorsException("a string is not valid UTF-8", e);
        }
    }
}
