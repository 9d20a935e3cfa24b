using System.Globalization;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Coordinator.Clusters;
using Mnist.Distributed.Coordinator.Terminal;

namespace Mnist.Distributed.Coordinator.Commands.Cluster;

/// <summary>Prints the silos of a cluster.</summary>
internal static class SiloTable
{
    /// <summary>
    /// Prints the silos as a table, or as one JSON object per line. It warns of silos whose program
    /// has another version than this program.
    /// </summary>
    /// <param name="silos">The silos.</param>
    /// <param name="version">The version of this program.</param>
    /// <param name="json">Whether to print JSON.</param>
    public static void Print(IReadOnlyList<SiloState> silos, string version, bool json)
    {
        if (json)
        {
            foreach (var silo in silos)
            {
                Json.Print(silo);
            }
        }
        else
        {
            TextTable.Print(["silo", "state", "address", " pid", "version", "log"], silos.Select(silo => (string[])
            [
                silo.Silo,
                silo.State,
                silo.Address ?? "-",
                silo.Pid?.ToString(CultureInfo.InvariantCulture) ?? "-",
                silo.Version ?? "-",
                silo.Log ?? "-",
            ]));
        }

        var others = silos.Where(silo => silo.State != SiloState.Gone && silo.Version is { } other && other != version).ToArray();
        if (others.Length > 0)
        {
            Remarks.Say(
                $"{string.Join(", ", others.Select(silo => $"{Printable.Of(silo.Silo)} has version {Printable.Of(silo.Version!)}"))}, but this program has {version}: "
                + "a run takes silos of one version only, so end the cluster and start it again.");
        }
    }
}
