using System.Globalization;
using Mnist.Distributed.Contracts.Ledgers;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Coordinator.Runs;

namespace Mnist.Distributed.Coordinator.Output;

/// <summary>A run's record.</summary>
internal static class RunReport
{
    /// <summary>Prints it as lines, or as one JSON object.</summary>
    public static void Print(RunDescription run, string cluster, bool json)
    {
        if (json)
        {
            Json.Print(new
            {
                run.RunId,
                run.Status,
                run.Message,
                run.Plan,
                Silos = run.Silos.Select(silo => new { Silo = silo.Name, silo.Address }),
                run.Options,
                run.Fingerprint,
                run.Driver,
                ParameterServer = run.Server,
                CheckpointStep = run.Step,
                run.Epochs,
                run.Incidents,
                DisturbedSeconds = Cost(run.Incidents),
            });
            return;
        }

        Console.WriteLine(RunText.Headline(new RunIdentity(run.RunId, run.Plan!, cluster), run.Silos));
        Console.WriteLine($"status: {RunText.Name(run.Status)}{(run.Message is null ? "" : $", {run.Message}")}");
        foreach (var silo in run.Silos)
        {
            Console.WriteLine($"silo {silo.Name} at {silo.Address}");
        }

        if (run.Status == RunStatus.Running)
        {
            Console.WriteLine($"driven from {run.Driver}, parameter server on {run.Server}");
        }

        Console.WriteLine($"numerics: {run.Fingerprint}{(run.Options.AcceptMixedNumerics ? "; others accepted, so the result is not reproducible" : "")}");

        foreach (var epoch in run.Epochs)
        {
            Console.WriteLine(RunText.Epoch(epoch, run.Plan!.Epochs));
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"checkpoint at step {run.Step:N0} of {run.Plan!.TotalSteps:N0}"));
        foreach (var incident in run.Incidents)
        {
            Console.WriteLine(RunText.Incident(incident));
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{run.Incidents.Count} incidents, {Cost(run.Incidents):F2} s in the steps they fell into"));
    }

    /// <summary>Seconds that the steps with incidents took; several incidents of one step share its time.</summary>
    private static double Cost(IEnumerable<Incident> incidents) =>
        incidents.GroupBy(incident => incident.Step).Sum(step => step.Max(incident => incident.Seconds));
}
