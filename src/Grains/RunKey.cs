using System.Globalization;

namespace Mnist.Distributed.Grains;

/// <summary>
/// Keys of grains that belong to a run and are numbered within it: <c>run id/number</c>, or <c>run
/// id/number@silo</c>.
/// </summary>
public static class RunKey
{
    /// <summary>The key of number <paramref name="number"/> of a run.</summary>
    public static string Of(string runId, long number) => string.Create(CultureInfo.InvariantCulture, $"{runId}/{number}");

    /// <summary>The key of number <paramref name="number"/> of a run, on a silo.</summary>
    public static string Of(string runId, long number, SiloAddress silo) => $"{Of(runId, number)}@{silo.ToParsableString()}";

    /// <summary>The run and the number that a grain's key names.</summary>
    public static (string RunId, long Number) Parse(GrainId grain)
    {
        var key = grain.Key.ToString()!;
        var slash = key.LastIndexOf('/');
        var at = key.IndexOf('@', slash);
        return (key[..slash], long.Parse(key.AsSpan()[(slash + 1)..(at < 0 ? key.Length : at)], NumberStyles.None, CultureInfo.InvariantCulture));
    }

    /// <summary>The silo that a grain's key names.</summary>
    public static SiloAddress SiloOf(GrainId grain)
    {
        var key = grain.Key.ToString()!;
        return SiloAddress.FromParsableString(key[(key.IndexOf('@', key.LastIndexOf('/')) + 1)..]);
    }
}
