using System.Globalization;

namespace Mnist.Distributed.Grains;

/// <summary>
/// Keys of the grains of a run that have a number within the run: <c>run id/number</c>, or <c>run
/// id/number@silo</c>. The id of a run contains neither <c>/</c> nor <c>@</c>.
/// </summary>
public static class RunKey
{
    /// <summary>The key of the grain with a number.</summary>
    public static string Of(string runId, long number) => string.Create(CultureInfo.InvariantCulture, $"{runId}/{number}");

    /// <summary>The key of the grain with a number on a silo.</summary>
    public static string Of(string runId, long number, SiloAddress silo) => $"{Of(runId, number)}@{silo.ToParsableString()}";

    /// <summary>The id of the run and the number in the key of a grain.</summary>
    public static (string RunId, long Number) Parse(GrainId grain)
    {
        var key = grain.Key.ToString()!;
        var slash = key.LastIndexOf('/');
        var at = key.IndexOf('@', slash);
        return (key[..slash], long.Parse(key.AsSpan()[(slash + 1)..(at < 0 ? key.Length : at)], NumberStyles.None, CultureInfo.InvariantCulture));
    }

    /// <summary>The silo in the key of a grain.</summary>
    public static SiloAddress SiloOf(GrainId grain)
    {
        var key = grain.Key.ToString()!;
        return SiloAddress.FromParsableString(key[(key.IndexOf('@', key.LastIndexOf('/')) + 1)..]);
    }
}
