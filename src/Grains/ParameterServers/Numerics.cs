using Mnist.Distributed.Contracts.Runs;

namespace Mnist.Distributed.Grains.ParameterServers;

/// <summary>
/// Compares the fingerprints of silos. Silos with equal fingerprints compute equal bits. A
/// fingerprint consists of parts separated by semicolons.
/// </summary>
public static class Numerics
{
    /// <summary>
    /// The most frequent fingerprint; of several equally frequent ones, the first. Null when there
    /// is no silo.
    /// </summary>
    public static string? OfMost(IEnumerable<SiloReport> silos) =>
        silos.GroupBy(silo => silo.Fingerprint).MaxBy(group => group.Count())?.Key;

    /// <summary>Describes how the fingerprint of a silo differs from that of the run.</summary>
    public static string Difference(string run, string silo)
    {
        var (expected, found) = (Parts(run), Parts(silo));
        return $"{string.Join("; ", found.Except(expected))} where the run has {string.Join("; ", expected.Except(found))}";
    }

    private static string[] Parts(string fingerprint) => fingerprint.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
