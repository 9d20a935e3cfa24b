using System.CommandLine;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Coordinator.Clusters;
using Mnist.Distributed.Coordinator.Commands.Options;
using Mnist.Distributed.Coordinator.Terminal;

namespace Mnist.Distributed.Coordinator.Commands.Cluster;

/// <summary>
/// <c>mnist cluster status</c>: shows the silos of a cluster, and what they have to do.
/// </summary>
internal static class StatusCommand
{
    /// <summary>The command.</summary>
    /// <param name="program">The program of this project's silos.</param>
    public static Command Create(SiloProgram program)
    {
        var cluster = SharedOptions.Cluster();
        var access = new AccessOptions();
        var json = SharedOptions.Json();
        var command = new Command("status", "Shows the silos of a cluster: version, threads, memory, runs and workers.") { cluster, json };
        access.AddTo(command);
        command.SetAction(async (parsed, _) =>
        {
            var place = new ClusterPlace(parsed.GetValue(cluster)!, access.Read(parsed));
            if (place.Gateways is { } elsewhere)
            {
                SlowWork.Is($"connecting to cluster {place.Cluster}");
                var link = place.Access.Link(elsewhere, place.Cluster);
                SiloTable.Print(await StoredCluster.Silos(place.Cluster, elsewhere, link), program.Version, parsed.GetValue(json));
                if (link.Warning is { } warning)
                {
                    Remarks.Say($"cluster {place.Cluster} {warning}.");
                }

                return ExitCode.Done;
            }

            SlowWork.Is($"asking the silos of cluster {place.Cluster}");
            var (silos, hasAnswer) = await SiloAnswers.Of(new LocalCluster(place.Cluster));
            SlowWork.Is(null);
            if (silos.Count == 0)
            {
                throw new InvalidInputException(
                    $"There is no cluster {place.Cluster} on this machine: start it with 'mnist cluster up {place.Options}', or name the store or the gateways of one on other machines with --store or --gateways.");
            }

            SiloTable.Print(silos, program.Version, parsed.GetValue(json));
            if (silos.Any(silo => silo.State == SiloState.Gone))
            {
                Remarks.Say($"silos are gone; 'mnist cluster up {place.Options}' replaces them.");
            }

            if (!hasAnswer && silos.Any(silo => silo.State == SiloState.Active))
            {
                Remarks.Say("no silo says what it has to do; the table shows what their processes and the membership say.");
            }

            return ExitCode.Done;
        });
        return command;
    }
}
