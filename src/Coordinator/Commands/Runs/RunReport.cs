using System.Globalization;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Ledgers;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Coordinator.Runs;
using Mnist.Distributed.Coordinator.Terminal;

namespace Mnist.Distributed.Coordinator.Commands.Runs;

/// <summary>Prints the record of a run.</summary>
internal static class RunReport
{
    /// <summary>Prints a record as lines, or as one JSON object.</summary>
    public static void Print(OpenRun open, bool json)
    {
        var run = open.Description;
        if (json)
        {
            Json.Print(new
            {
                run.RunId,
                run.Status,
                run.Message,
                run.Options.Labels.Name,
                run.Options.Labels.Tags,
                run.Options.Labels.Notes,
                run.Options.Labels.Sweep,
                run.StartedAt,
                run.EndedAt,
                open.Found.Folder,
                Cluster = open.Found.Home?.Cluster,
                run.Plan,
                Silos = run.Silos.Select(silo => new { Silo = silo.Name, silo.Address }),
                run.Options,
                run.Fingerprint,
                run.Driver,
                ParameterServer = run.Server,
                CheckpointStep = run.Step,
                Kept = Kept(run),
                Epochs = run.Epochs.Select(epoch => MetricText.Json(epoch)),
                run.Incidents,
                DisturbedSeconds = Cost(run.Incidents),
            });
            return;
        }

        Paragraph.Print(RunText.Headline(run.RunId, run.Plan!, open.Found.Home?.Cluster, run.Silos));
        PrintLabels(run.Options.Labels);
        Paragraph.Print($"status: {RunText.Ending(run.Status, run.Message)}");
        if (run.Status == RunStatus.Queued)
        {
            Paragraph.Print($"It waits in the queue of cluster {open.Found.Home?.Cluster}, and begins when no other run trains there.");
            return;
        }

        PrintTimes(run);
        foreach (var silo in run.Silos)
        {
            Paragraph.Print($"silo {Printable.Of(silo.Name)} at {silo.Address}");
        }

        if (run.Status == RunStatus.Running)
        {
            Paragraph.Print($"driven from {run.Driver}, parameter server on {run.Server}");
        }

        Paragraph.Print($"numerics: {run.Fingerprint}{(run.Options.AcceptMixedNumerics ? "; others accepted, so the result is not reproducible" : "")}");

        foreach (var epoch in run.Epochs)
        {
            Paragraph.Print(RunText.Epoch(epoch, run.Plan!.Epochs));
        }

        Paragraph.Print(string.Create(CultureInfo.InvariantCulture, $"checkpoint at step {run.Step:N0} of {run.Plan!.TotalSteps:N0}"));
        if (Kept(run) is { } kept)
        {
            Paragraph.Print($"kept: {kept}");
        }

        foreach (var incident in run.Incidents)
        {
            Paragraph.Print(RunText.Incident(incident));
        }

        Paragraph.Print(string.Create(
            CultureInfo.InvariantCulture,
            $"{Quantity.Of(run.Incidents.Count, "incident")}, {Cost(run.Incidents):F2} s in the steps they fell into"));
        if (run.Status is RunStatus.Stopped or RunStatus.Failed or RunStatus.Interrupted)
        {
            Paragraph.Print($"To go on, with the same bytes: mnist runs resume {open.Found.Words}");
        }
    }

    private static void PrintLabels(RunLabels labels)
    {
        if (labels.Name is { } name)
        {
            Paragraph.Print($"name: {name}");
        }

        if (labels.Tags.Count > 0)
        {
            Paragraph.Print($"tags: {string.Join(", ", labels.Tags)}");
        }

        if (labels.Sweep is { } sweep)
        {
            Console.WriteLine($"sweep: {sweep}");
        }

        if (labels.Notes is { } notes)
        {
            Paragraph.Print($"notes: {Printable.Of(notes, RunLabels.MostLetters)}");
        }
    }

    private static void PrintTimes(RunDescription run)
    {
        if (run.StartedAt is { } start)
        {
            var now = TimeProvider.System.GetUtcNow().UtcDateTime;
            var span = KnownRun.Of(run, null).Duration(now) is { } duration ? $", duration {ShortTime.Of(duration)}" : "";
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"started: {start:yyyy-MM-dd HH:mm:ss} UTC, {ShortTime.Ago(now - start)} ago{span}"));
        }
    }

    /// <summary>Which weights the run keeps; null when it keeps the last ones.</summary>
    private static string? Kept(RunDescription run) => run.Options.Keep == KeptEpoch.Best && run.Epochs.Count > 0
        ? RunText.Kept(BestEpoch.Of(run.Plan!.Metric, [.. run.Epochs.Select(epoch => epoch.TestMetric)]), run.Epochs.Count)
        : null;

    /// <summary>
    /// The time in seconds of the steps with incidents. Several incidents of one step share its
    /// time.
    /// </summary>
    private static double Cost(IEnumerable<Incident> incidents) =>
        incidents.GroupBy(incident => incident.Step).Sum(step => step.Max(incident => incident.Seconds));
}
