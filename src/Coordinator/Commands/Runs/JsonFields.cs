using System.Text.Json;

namespace Mnist.Distributed.Coordinator.Commands.Runs;

/// <summary>The values of a JSON object by their paths, for comparisons.</summary>
internal static class JsonFields
{
    /// <summary>The values as text, in the order of the object. Null values are left out.</summary>
    /// <param name="root">The object.</param>
    public static IReadOnlyDictionary<string, string> Of(JsonElement root)
    {
        var fields = new OrderedDictionary<string, string>();
        Add(root, "");
        return fields;

        void Add(JsonElement part, string path)
        {
            switch (part.ValueKind)
            {
                case JsonValueKind.Object:
                    foreach (var field in part.EnumerateObject())
                    {
                        Add(field.Value, path.Length == 0 ? field.Name : $"{path}.{field.Name}");
                    }

                    break;
                case JsonValueKind.Null:
                    break;
                default:
                    fields[path] = part.ValueKind == JsonValueKind.String ? part.GetString()! : part.GetRawText();
                    break;
            }
        }
    }

    /// <summary>
    /// The fields that are not the same in all objects, with the value of each object.
    /// </summary>
    /// <param name="objects">The objects; a field that an object lacks is null.</param>
    public static IReadOnlyList<(string Field, IReadOnlyList<string?> Values)> Differences(IReadOnlyList<IReadOnlyDictionary<string, string>> objects) =>
    [
        .. objects.SelectMany(fields => fields.Keys).Distinct()
            .Select(field => (field, (IReadOnlyList<string?>)[.. objects.Select(fields => fields.GetValueOrDefault(field))]))
            .Where(row => row.Item2.Distinct().Count() > 1),
    ];
}
