using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mnist.Distributed.Coordinator.Output;

/// <summary>The JSON the program writes: snake case, enums in lower case, no byte-order mark. A number that JSON cannot hold is null.</summary>
internal static class Json
{
    private static readonly JsonSerializerOptions Line = new(JsonSerializerDefaults.General)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower), new FiniteDouble(), new FiniteSingle() },
    };

    private static readonly JsonSerializerOptions Document = new(Line) { WriteIndented = true };

    /// <summary>One line.</summary>
    public static string ToLine(object value) => JsonSerializer.Serialize(value, Line);

    /// <summary>An indented document that ends with a line feed.</summary>
    public static string ToDocument(object value) => JsonSerializer.Serialize(value, Document) + "\n";

    /// <summary>Writes one line to standard output.</summary>
    public static void Print(object value) => Console.Out.WriteLine(ToLine(value));

    private sealed class FiniteDouble : JsonConverter<double>
    {
        public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDouble();

        public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options)
        {
            if (double.IsFinite(value))
            {
                writer.WriteNumberValue(value);
            }
            else
            {
                writer.WriteNullValue();
            }
        }
    }

    private sealed class FiniteSingle : JsonConverter<float>
    {
        public override float Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetSingle();

        public override void Write(Utf8JsonWriter writer, float value, JsonSerializerOptions options)
        {
            if (float.IsFinite(value))
            {
                writer.WriteNumberValue(value);
            }
            else
            {
                writer.WriteNullValue();
            }
        }
    }
}
