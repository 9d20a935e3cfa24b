using System.CommandLine;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Coordinator.Commands.Options;
using Mnist.Distributed.Coordinator.Dashboards;
using Mnist.Distributed.Coordinator.Terminal;
using Mnist.Distributed.Hosting.Otlp;

namespace Mnist.Distributed.Coordinator.Commands;

/// <summary><c>mnist dashboard</c>: runs an OpenTelemetry backend on this machine.</summary>
internal static class DashboardCommand
{
    private const string Examples = """
        Runs the Aspire dashboard, an OpenTelemetry backend, until Ctrl-C. Clusters and runs that are started meanwhile find it by themselves: traces, metrics and
        logs of all of them are on its page. It listens on this machine only, and its page opens with a token.

        Examples:
          mnist dashboard                       then, in another terminal: mnist cluster up && mnist train --cluster local
          mnist dashboard --install             fetches it first if it is missing
        """;

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var install = OptionKind.Flag("--install", $"Fetch the dashboard (Aspire {DashboardPackage.Version}, MIT licence, 80 MB on disk) from NuGet if it is missing, without asking.").OnlyFromTheUser();
        var only = OptionKind.Flag("--install-only", "The same, and do not run it.").OnlyFromTheUser();
        var port = SharedOptions.Port();
        var json = SharedOptions.Json();
        var command = new Command("dashboard", Examples) { install, only, port, json };
        command.SetAction(async (parsed, cancellation) =>
        {
            SharedOptions.RequirePort(parsed.GetValue(port));
            using var interrupts = new Interrupts();
            if (parsed.GetValue(only))
            {
                Console.WriteLine($"dashboard: {DashboardPackage.Find() ?? await DashboardPackage.Install(interrupts.Requested)}");
                return ExitCode.Done;
            }

            if (LocalBackend.Find() is { } running)
            {
                Show(running, parsed.GetValue(json));
                Remarks.Say($"this dashboard runs already, as process {running.Process.Pid}.");
                return ExitCode.Done;
            }

            var program = DashboardPackage.Find() ?? await Fetch(parsed.GetValue(install), interrupts.Requested);
            SlowWork.Is("starting the dashboard");
            using var dashboard = await DashboardProcess.Start(program, parsed.GetValue(port), interrupts.Requested);
            SlowWork.Is(null);
            dashboard.Backend.Note();
            try
            {
                Show(dashboard.Backend, parsed.GetValue(json));
                await dashboard.Ended(interrupts.Requested);
                throw new InvalidInputException("The dashboard has ended by itself: start it again.");
            }
            catch (OperationCanceledException) when (interrupts.Requested.IsCancellationRequested)
            {
                return ExitCode.Done;
            }
            finally
            {
                dashboard.Backend.Forget();
            }
        });
        return command;
    }

    private static Task<string> Fetch(bool mayFetch, CancellationToken cancellation)
    {
        if (!mayFetch && !Console.IsInputRedirected)
        {
            SlowWork.Is(null);
            Console.Error.Write($"The Aspire dashboard is not on this machine. Fetch it from NuGet to {DashboardPackage.Folder} (80 MB)? [y/N] ");
            mayFetch = Console.ReadLine()?.Trim() is "y" or "Y" or "yes";
        }

        return mayFetch
            ? DashboardPackage.Install(cancellation)
            : throw new InvalidInputException($"The Aspire dashboard is not on this machine: fetch it with 'mnist dashboard --install', name its folder in {DashboardPackage.Variable}, or use another backend, such as Jaeger (deploy/compose.yaml).");
    }

    private static void Show(LocalBackend backend, bool json)
    {
        if (json)
        {
            Json.Print(new { Event = "started", backend.Page, backend.Endpoint, backend.Key, backend.Process.Pid });
            return;
        }

        Console.WriteLine($"dashboard: {backend.Page}");
        Console.WriteLine("Clusters and runs that start from now on send their telemetry to it. Other programs need:");
        foreach (var (name, value) in backend.Variables)
        {
            Console.WriteLine($"  export {name}={value}");
        }
    }
}
