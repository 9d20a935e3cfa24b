using Mnist.Distributed.Contracts.Runs;

namespace Mnist.Distributed.Grains.ParameterServers;

/// <summary>
/// Decides whether silos compute the same bits, from the fingerprints they report: parts separated
/// by semicolons.
/// </summary>
public static class Numerics
{
    /// <summary>
    /// The fingerprint of most silos; of the first ones where there are several such.
    /// </summary>
    public static string? OfMost(IEnumerable<SiloReport> silos) =>
        silos.GroupBy(silo => silo.Fingerprint).MaxBy(group => group.Count())?.Key;

    /// <summary>How a fingerprint differs from the run's, in words.</summary>
    public static string Difference(string run, string silo)
    {
        var (expected, found) = (Parts(run), Parts(silo));
        return $"{string.Join("; ", found.Except(expected))} where the run has {string.Join("; ", expected.Except(found))}";
    }

    private static string[] Parts(string fingerprint) => fingerprint.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
