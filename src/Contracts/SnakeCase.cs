using System.Text.Json;

namespace Mnist.Distributed.Contracts;

/// <summary>Names of enumerations in JSON, traces and metrics: <c>taken_over</c>.</summary>
public static class SnakeCase
{
    /// <summary>The name of a value.</summary>
    public static string Of<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}
