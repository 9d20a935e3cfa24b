using System.CommandLine;
using System.Net;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Coordinator.Clusters;
using Mnist.Distributed.Coordinator.Commands.Options;
using Mnist.Distributed.Coordinator.Live;
using Mnist.Distributed.Coordinator.Terminal;
using Mnist.Distributed.Dashboard.Server;
using Mnist.Distributed.Training.Catalogue;

namespace Mnist.Distributed.Coordinator.Commands;

/// <summary><c>mnist serve</c>: serves a live page of runs, a cluster and models.</summary>
internal static class ServeCommand
{
    private const string Examples = """
        Serves a page that shows runs while they train, the silos of a cluster and what the model has learned, until Ctrl-C. On a local cluster, the page can also
        kill, stop and start silos. It listens on this machine only unless told otherwise, and its address holds the token that opens it.

        Examples:
          mnist serve --open                    cluster 'local' and the results in runs, in the browser
          mnist serve --cluster demo --port 8080
          mnist serve --runs experiments        the results of another folder
          mnist train --serve                   a page for one run
        """;

    /// <summary>The command.</summary>
    /// <param name="catalogue">Resolves the names in plans.</param>
    /// <param name="program">The program of silos that are started.</param>
    public static Command Create(TrainingCatalogue catalogue, SiloProgram program)
    {
        var cluster = SharedOptions.ClusterIfAny("The cluster. Default: local, which need not run.");
        var access = new AccessOptions();
        var runs = OptionKind.Text("--runs", "DIR", "Folder with the folders of runs.", "runs").Takes(ValueKind.Folder);
        var address = OptionKind.Text("--address", "ADDRESS", "Address to listen on; 0.0.0.0 for every network of this machine.", "127.0.0.1").OnlyFromTheUser();
        var port = SharedOptions.Port();
        var models = ModelsFrom.Option();
        var open = OptionKind.Flag("--open", "Open the page in the browser.").OnlyFromTheUser();
        var json = SharedOptions.Json();
        OptionGroup.Results.Holds(runs);
        OptionGroup.Output.Holds(address, open);
        var command = new Command("serve", Examples) { cluster, runs, address, port, models, open, json };
        access.AddTo(command);
        command.SetAction(async (parsed, _) =>
        {
            SharedOptions.RequirePort(parsed.GetValue(port));
            InvalidInputException.Require(
                IPAddress.TryParse(parsed.GetValue(address), out var listen), $"--address {Printable.Of(parsed.GetValue(address)!)} is no IP address: give one such as 127.0.0.1 or 0.0.0.0.");
            InvalidInputException.Require(
                parsed.GetResult(runs) is null or { Implicit: true } || Directory.Exists(parsed.GetValue(runs)), $"--runs {Printable.Of(parsed.GetValue(runs)!)} is no folder: give one that holds folders of runs.");
            var place = new ClusterPlace(parsed.GetValue(cluster) ?? ClusterName.Usual, access.Read(parsed));
            RequireKnown(place, isGiven: parsed.GetValue(cluster) is not null);
            using var interrupts = new Interrupts();
            SlowWork.Is("starting the page");
            await using var shown = LiveClusters.At(place, program);
            await using var page = await LivePage.Start(listen!, parsed.GetValue(port) ?? 0, LiveClusters.Content((shown, shown.Grains), parsed.GetValue(runs)!, catalogue));
            SlowWork.Is(null);
            if (parsed.GetValue(open))
            {
                await Browser.Open(page.Address);
            }

            Show(page.Address, listen!, parsed.GetValue(json));
            await interrupts.Wait();
            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>
    /// A local cluster that the user has named must have been started at least once.
    /// </summary>
    private static void RequireKnown(ClusterPlace place, bool isGiven) => InvalidInputException.Require(
        !isGiven || place.Gateways is not null || Directory.Exists(ClusterFolder.Of(place.Cluster).Path),
        $"There is no cluster {place.Cluster} on this machine: {ClusterFolder.Advice(place.Cluster, $"start it with 'mnist cluster up {place.Options}', or leave out --cluster.")}");

    private static void Show(Uri page, IPAddress listen, bool json)
    {
        if (json)
        {
            Json.Print(new { Event = "started", Page = page });
        }
        else
        {
            Console.WriteLine($"page: {page}");
        }

        if (!IPAddress.IsLoopback(listen))
        {
            Console.Error.WriteLine("mnist: other machines can reach this page, and nothing on the way is encrypted: whoever learns its address can end silos.");
        }
    }
}
