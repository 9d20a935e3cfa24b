using System.Numerics;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mnist.Distributed.Coordinator.Terminal;

/// <summary>
/// Writes the JSON of the program: names in snake case, enums in lower case, no byte-order mark.
/// NaN and infinity, which JSON does not have, are written as null.
/// </summary>
internal static class Json
{
    private static readonly JsonSerializerOptions Line = new(JsonSerializerDefaults.General)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new SettingsJson(), new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower), new Finite<double>((json, value) => json.WriteNumberValue(value)), new Finite<float>((json, value) => json.WriteNumberValue(value)) },
    };

    private static readonly JsonSerializerOptions Document = new(Line) { WriteIndented = true };

    /// <summary>One line, without a line feed.</summary>
    public static string ToLine(object value) => JsonSerializer.Serialize(value, Line);

    /// <summary>An indented document that ends with a line feed.</summary>
    public static string ToDocument(object value) => JsonSerializer.Serialize(value, Document) + "\n";

    /// <summary>Writes one line to standard output.</summary>
    public static void Print(object value) => Console.Out.WriteLine(ToLine(value));

    private sealed class Finite<T>(Action<Utf8JsonWriter, T> write) : JsonConverter<T>
        where T : struct, INumberBase<T>
    {
        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException("What is written here is for others to read.");

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options)
        {
            if (T.IsFinite(value))
            {
                write(writer, value);
            }
            else
            {
                writer.WriteNullValue();
            }
        }
    }
}
