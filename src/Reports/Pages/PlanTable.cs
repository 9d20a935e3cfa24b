using System.Text.Json.Nodes;

namespace Mnist.Distributed.Reports.Pages;

/// <summary>A plan as names and values. Parts of a part are joined by a space.</summary>
internal static class PlanTable
{
    /// <summary>The settings that have a value, in the order of the plan.</summary>
    public static IReadOnlyDictionary<string, string> Of(JsonObject plan)
    {
        var settings = new OrderedDictionary<string, string>();
        Add(plan, "");
        return settings;

        void Add(JsonObject part, string prefix)
        {
            foreach (var (name, value) in part)
            {
                var full = $"{prefix}{name.Replace('_', ' ')}";
                switch (value)
                {
                    case JsonObject inner:
                        Add(inner, $"{full} ");
                        break;
                    case JsonArray list:
                        settings[full] = string.Join(", ", list);
                        break;
                    case not null:
                        settings[full] = value.ToString();
                        break;
                }
            }
        }
    }
}
