using System.Globalization;

namespace Mnist.Distributed.Grains;

/// <summary>Keys of grains that belong to a run and are numbered within it: <c>run id/number</c>.</summary>
public static class RunKey
{
    /// <summary>The key of number <paramref name="number"/> of a run.</summary>
    public static string Of(string runId, long number) => string.Create(CultureInfo.InvariantCulture, $"{runId}/{number}");

    /// <summary>The run and the number that a grain's key names.</summary>
    public static (string RunId, long Number) Parse(GrainId grain)
    {
        var key = grain.Key.ToString()!;
        var slash = key.LastIndexOf('/');
        return (key[..slash], long.Parse(key.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture));
    }
}
