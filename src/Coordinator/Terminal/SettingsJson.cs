using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Mnist.Distributed.Contracts.Plans;

namespace Mnist.Distributed.Coordinator.Terminal;

/// <summary>
/// Writes settings as a JSON object. Values that can be read as numbers, true or false are written
/// as such.
/// </summary>
internal sealed class SettingsJson : JsonConverter<Settings>
{
    /// <inheritdoc />
    public override Settings Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("What is written here is for others to read.");

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, Settings value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        foreach (var (name, text) in value.Values)
        {
            writer.WritePropertyName(name.Replace('-', '_'));
            if (decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
            {
                writer.WriteNumberValue(number);
            }
            else if (bool.TryParse(text, out var flag))
            {
                writer.WriteBooleanValue(flag);
            }
            else
            {
                writer.WriteStringValue(text);
            }
        }

        writer.WriteEndObject();
    }
}
