using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mnist.Distributed.Coordinator.Output;

/// <summary>The JSON the program writes: snake case, enums in lower case, no byte-order mark.</summary>
internal static class Json
{
    private static readonly JsonSerializerOptions Line = new(JsonSerializerDefaults.General)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    private static readonly JsonSerializerOptions Document = new(Line) { WriteIndented = true };

    /// <summary>Reads what this class has written.</summary>
    public static JsonSerializerOptions Reading => Line;

    /// <summary>One line.</summary>
    public static string ToLine(object value) => JsonSerializer.Serialize(value, Line);

    /// <summary>An indented document that ends with a line feed.</summary>
    public static string ToDocument(object value) => JsonSerializer.Serialize(value, Document) + "\n";

    /// <summary>Writes one line to standard output.</summary>
    public static void Print(object value) => Console.Out.WriteLine(ToLine(value));
}
