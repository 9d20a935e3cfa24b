using System.CommandLine;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Coordinator.Clusters;
using Mnist.Distributed.Coordinator.Output;
using Mnist.Distributed.Coordinator.Runs;

namespace Mnist.Distributed.Coordinator.Commands;

/// <summary><c>mnist cluster</c>: starts, shows and ends local clusters.</summary>
internal static class ClusterCommand
{
    private const int UsualSilos = 3;

    private const string Examples = """
        Starts, shows and ends clusters of silo processes on this machine.

        Examples:
          mnist cluster up --silos 3                    three silos, cluster 'local'
          mnist cluster scale --silos 5                 two more join; runs go on, with the same bytes
          mnist cluster status --json                   one JSON object a silo
          mnist cluster down
        """;

    /// <summary>The command.</summary>
    public static Command Create() => new("cluster", Examples) { Up(), Scale(), Status(), Down() };

    private static Command Up()
    {
        var silos = CommonOptions.Number("--silos", UsualSilos, "Silo processes.");
        var name = Name();
        var json = CommonOptions.Json();
        var command = new Command("up", "Starts silo processes, or replaces those that are gone, and waits until all are active.") { silos, name, json };
        command.SetAction(async (parsed, _) =>
        {
            var count = parsed.GetResult(silos) is { Implicit: false } ? InRange(parsed.GetValue(silos)) : (int?)null;
            using var interrupts = new Interrupts();
            SiloTable.Print(await new LocalCluster(parsed.GetValue(name)!).Up(count, UsualSilos, interrupts.Requested), parsed.GetValue(json));
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Scale()
    {
        var silos = new Option<int>("--silos") { Description = "Silo processes that there are to be.", Required = true, HelpName = "N" };
        var name = Name();
        var json = CommonOptions.Json();
        var command = new Command("scale", "Starts more silo processes or lets some leave, while runs go on.") { silos, name, json };
        command.SetAction(async (parsed, _) =>
        {
            using var interrupts = new Interrupts();
            SiloTable.Print(await new LocalCluster(parsed.GetValue(name)!).Scale(InRange(parsed.GetValue(silos)), interrupts.Requested), parsed.GetValue(json));
            return ExitCode.Done;
        });
        return command;
    }

    private static int InRange(int silos) =>
        silos is >= 1 and <= 64 ? silos : throw new InvalidInputException($"--silos must be from 1 to 64, but is {silos}.");

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
                Console.Error.WriteLine($"mnist: silos are gone; 'mnist cluster up --name {cluster}' replaces them.");
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
