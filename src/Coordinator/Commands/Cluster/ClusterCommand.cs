using System.CommandLine;
using System.Globalization;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Coordinator.Clusters;
using Mnist.Distributed.Coordinator.Commands.Cluster.Identity;
using Mnist.Distributed.Coordinator.Commands.Options;
using Mnist.Distributed.Coordinator.Terminal;

namespace Mnist.Distributed.Coordinator.Commands.Cluster;

/// <summary><c>mnist cluster</c>: starts, shows and ends clusters.</summary>
internal static class ClusterCommand
{
    private const int UsualSilos = 3;

    private const string Examples = """
        Starts, shows and ends clusters of silo processes on this machine, and shows those of other machines.

        Examples:
          mnist cluster up --silos 3                    three silos, cluster 'local'
          mnist cluster up --silos 2 --threads 4        with four compute threads each
          mnist cluster up --models-from Own.dll        silos that know the models of that file
          mnist cluster scale --silos 5                 two more join; runs go on, with the same bytes
          mnist cluster status --json                   one JSON object a silo
          mnist cluster status --cluster demo --store redis:db:6379
          mnist cluster list                            the clusters of this machine
          mnist cluster down
          mnist cluster remove --cluster demo           deletes its runs and logs
        """;

    /// <summary>The command.</summary>
    /// <param name="program">The program of silos that are started.</param>
    public static Command Create(SiloProgram program) => new("cluster", Examples) { Up(program), Scale(program), StatusCommand.Create(program), List(), Down(), RemoveCommand.Create(), IdentityCommand.Create() };

    private static Command Up(SiloProgram program)
    {
        var silos = OptionKind.Number("--silos", UsualSilos, "Silo processes.");
        var cluster = SharedOptions.Cluster();
        var models = ModelsFrom.Option("Assembly with models of your own: the silos take models from its folder.");
        var threads = OptionKind.Number<int>("--threads", "Compute threads of each silo, also of those that are started later. Default: its share of the processors.");
        var tls = OptionKind.Flag("--tls", "Let the silos speak by TCP and mutual TLS, instead of by Unix sockets, until the cluster is taken down.");
        var json = SharedOptions.Json();
        var command = new Command("up", "Starts silo processes, or replaces those that are gone, and waits until all are active.") { silos, threads, cluster, models, tls, json };
        command.SetAction(async (parsed, _) =>
        {
            var count = parsed.IsTyped(silos) ? InRange(parsed.GetValue(silos)) : (int?)null;
            using var interrupts = new Interrupts();
            var local = new LocalCluster(parsed.GetValue(cluster)!, program);
            if (ModelsFrom.Folder(parsed.GetValue(models)) is { } folder)
            {
                await local.Settings.UseModels(folder, interrupts.Requested);
            }

            if (parsed.GetValue(threads) is { } each)
            {
                InvalidInputException.Require(each is >= 1 and <= SharedOptions.MostThreads, $"--threads must be from 1 to {SharedOptions.MostThreads}, but is {each}.");
                await local.Settings.UseThreads(each, interrupts.Requested);
            }

            if (parsed.GetValue(tls))
            {
                await local.Settings.UseTls(interrupts.Requested);
            }

            SiloTable.Print(await local.Up(count, InRange(parsed.GetValue(silos)), interrupts.Requested), program.Version, parsed.GetValue(json));
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Scale(SiloProgram program)
    {
        var silos = OptionKind.Number("--silos", 0, "Silo processes that there are to be.");
        silos.Required = true;
        var cluster = SharedOptions.Cluster();
        var json = SharedOptions.Json();
        var command = new Command("scale", "Starts more silo processes or lets some leave, while runs go on.") { silos, cluster, json };
        command.SetAction(async (parsed, _) =>
        {
            using var interrupts = new Interrupts();
            var local = new LocalCluster(parsed.GetValue(cluster)!, program);
            SiloTable.Print(await local.Scale(InRange(parsed.GetValue(silos)), interrupts.Requested), program.Version, parsed.GetValue(json));
            return ExitCode.Done;
        });
        return command;
    }

    private static int InRange(int silos) =>
        silos is >= 1 and <= 64 ? silos : throw new InvalidInputException($"--silos must be from 1 to 64, but is {silos}.");

    private static Command List()
    {
        var json = SharedOptions.Json();
        var command = new Command("list", "Lists the clusters that were started on this machine.") { json };
        command.SetAction(parsed =>
        {
            var clusters = ClusterFolder.Names().Select(name => (Name: name, Silos: new LocalCluster(name).Alive.Count, ClusterFolder.Of(name).Path)).ToArray();
            if (parsed.GetValue(json))
            {
                foreach (var (name, silos, folder) in clusters)
                {
                    Json.Print(new { Cluster = name, Silos = silos, Folder = folder });
                }
            }
            else if (clusters.Length == 0)
            {
                Console.WriteLine("There are no clusters on this machine: 'mnist cluster up' starts one.");
            }
            else
            {
                TextTable.Print(["cluster", " silos", "folder"], clusters.Select(cluster => (string[])
                    [cluster.Name, cluster.Silos.ToString(CultureInfo.InvariantCulture), cluster.Path]));
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static Command Down()
    {
        var cluster = SharedOptions.Cluster();
        var json = SharedOptions.Json();
        var command = new Command("down", "Ends the silos of a cluster; its runs are kept.") { cluster, json };
        command.SetAction(async (parsed, _) =>
        {
            var name = parsed.GetValue(cluster)!;
            var ended = await new LocalCluster(name).Down();
            if (parsed.GetValue(json))
            {
                Json.Print(new { Cluster = name, Ended = ended });
            }
            else
            {
                Console.WriteLine(
                    ended > 0 ? $"Cluster {name} is down: {Quantity.Of(ended, "silo")} ended."
                    : Directory.Exists(ClusterFolder.Of(name).Path) ? $"Cluster {name} was not running."
                    : $"There is no cluster {name}: {ClusterFolder.Advice(name, "there is nothing to end.")}");
            }

            return ExitCode.Done;
        });
        return command;
    }
}
