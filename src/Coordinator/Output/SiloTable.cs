using System.Globalization;
using Mnist.Distributed.Coordinator.Clusters;
using Spectre.Console;

namespace Mnist.Distributed.Coordinator.Output;

/// <summary>The silos of a cluster.</summary>
internal static class SiloTable
{
    /// <summary>Prints them as a table, or one JSON object a line.</summary>
    public static void Print(IReadOnlyList<SiloState> silos, bool json)
    {
        if (json)
        {
            foreach (var silo in silos)
            {
                Json.Print(silo);
            }

            return;
        }

        var table = new Table().AddColumns("silo", "state", "address", "pid", "log").RoundedBorder();
        foreach (var silo in silos)
        {
            table.AddRow(
                new Text(silo.Silo),
                new Text(silo.State),
                new Text(silo.Address ?? "-"),
                new Text(silo.Pid.ToString(CultureInfo.InvariantCulture)),
                new Text(silo.Log));
        }

        AnsiConsole.Write(table);
    }
}
