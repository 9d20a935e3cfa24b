using System.CommandLine;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Coordinator.Clusters;
using Mnist.Distributed.Coordinator.Output;
using Mnist.Distributed.Coordinator.Runs;

namespace Mnist.Distributed.Coordinator.Commands;

/// <summary><c>mnist cluster</c>: starts, shows and ends local clusters.</summary>
internal static class ClusterCommand
{
    private const string Examples = """
        Starts, shows and ends clusters of silo processes on this machine.

        Examples:
          mnist cluster up --silos 3                    three silos, cluster 'local'
          mnist cluster status --json                   one JSON object a silo
          mnist cluster down
        """;

    /// <summary>The command.</summary>
    public static Command Create() => new("cluster", Examples) { Up(), Status(), Down() };

    private static Command Up()
    {
        var silos = CommonOptions.Number("--silos", 3, "Silo processes.");
        var name = Name();
        var json = CommonOptions.Json();
        var command = new Command("up", "Starts silo processes and waits until all are active.") { silos, name, json };
        command.SetAction(async (parsed, _) =>
        {
            var count = parsed.GetValue(silos);
            if (count is < 1 or > 64)
            {
                throw new InvalidInputException($"--silos must be from 1 to 64, but is {count}.");
            }

            using var interrupts = new Interrupts();
            SiloTable.Print(await new LocalCluster(parsed.GetValue(name)!).Up(count, interrupts.Requested), parsed.GetValue(json));
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Status()
    {
        var name = Name();
        var json = CommonOptions.Json();
        var command = new Command("status", "Shows the silos of a cluster.") { name, json };
        command.SetAction(parsed =>
        {
            var cluster = parsed.GetValue(name)!;
            var silos = new LocalCluster(cluster).Silos();
            if (silos.Count == 0)
            {
                throw new InvalidInputException($"There is no cluster {cluster}: start it with 'mnist cluster up --name {cluster}'.");
            }

            SiloTable.Print(silos, parsed.GetValue(json));
            if (silos.Any(silo => silo.State == SiloState.Gone))
            {
                Console.Error.WriteLine($"mnist: silos are gone; 'mnist cluster down --name {cluster}' cleans up what is left.");
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static Command Down()
    {
        var name = Name();
        var json = CommonOptions.Json();
        var command = new Command("down", "Ends the silos of a cluster; its runs are kept.") { name, json };
        command.SetAction(async (parsed, _) =>
        {
            var cluster = parsed.GetValue(name)!;
            var ended = await new LocalCluster(cluster).Down();
            if (parsed.GetValue(json))
            {
                Json.Print(new { Cluster = cluster, Ended = ended });
            }
            else
            {
                Console.WriteLine(ended == 0 ? $"Cluster {cluster} was not running." : $"Cluster {cluster} is down: {ended} silos ended.");
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static Option<string> Name() => new("--name") { Description = "Name of the cluster.", DefaultValueFactory = _ => "local", HelpName = "NAME" };
}
