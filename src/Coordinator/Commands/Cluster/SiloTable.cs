using System.Globalization;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Coordinator.Clusters;
using Mnist.Distributed.Coordinator.Terminal;

namespace Mnist.Distributed.Coordinator.Commands.Cluster;

/// <summary>Prints the silos of a cluster.</summary>
internal static class SiloTable
{
    /// <summary>
    /// Prints the silos as a table, or as one JSON object per line. It marks silos whose program
    /// has
    /// another version than this program, and warns of them.
    /// </summary>
    /// <param name="silos">The silos.</param>
    /// <param name="version">The version of this program.</param>
    /// <param name="json">Whether to print JSON.</param>
    public static void Print(IReadOnlyList<SiloState> silos, string version, bool json)
    {
        silos = [.. silos.Select(silo => silo with { IsOtherVersion = silo.State != SiloState.Gone && silo.Version is { } other && other != version })];
        if (json)
        {
            foreach (var silo in silos)
            {
                Json.Print(silo);
            }
        }
        else
        {
            FittedTable.Print(Columns, silos, Screen.Columns ?? int.MaxValue);
        }

        var others = silos.Where(silo => silo.IsOtherVersion).ToArray();
        if (others.Length > 0)
        {
            Remarks.Say(
                $"{string.Join(", ", others.Select(silo => $"{Printable.Of(silo.Silo)} has version {Printable.Of(silo.Version!)}"))}, but this program has {version}: "
                + "a run takes silos of one version only, so end the cluster and start it again.");
        }
    }

    private static IReadOnlyList<TableColumn<SiloState>> Columns { get; } =
    [
        new("silo", 0, silo => silo.Silo),
        new("state", 1, silo => silo.State),
        new("address", 7, silo => silo.Address ?? FittedTable.Nothing),
        new("pid", 8, silo => Number(silo.Pid), IsRight: true),
        new("version", 2, silo => silo.Version is null ? FittedTable.Nothing : silo.IsOtherVersion ? $"{silo.Version} !" : silo.Version),
        new("threads", 5, silo => Number(silo.Threads), IsRight: true),
        new("memory", 6, silo => silo.ResidentBytes is { } bytes ? ByteCount.Of(bytes) : FittedTable.Nothing, IsRight: true),
        new("runs", 3, silo => Number(silo.RunIds?.Count), IsRight: true),
        new("workers", 4, silo => Number(silo.Workers), IsRight: true),
        new("log", 9, silo => silo.Log ?? FittedTable.Nothing),
    ];

    private static string Number(int? number) => number?.ToString(CultureInfo.InvariantCulture) ?? FittedTable.Nothing;
}
