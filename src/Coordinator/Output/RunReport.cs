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
                Fingerprint = run.Silos.Count == 0 ? null : run.Silos[0].Fingerprint,
                run.Epochs,
            });
            return;
        }

        Console.WriteLine(RunText.Headline(new RunIdentity(run.RunId, run.Plan!, cluster), run.Silos));
        Console.WriteLine($"status: {RunText.Name(run.Status)}{(run.Message is null ? "" : $", {run.Message}")}");
        foreach (var silo in run.Silos)
        {
            Console.WriteLine($"silo {silo.Name} at {silo.Address}: {silo.Fingerprint}");
        }

        foreach (var epoch in run.Epochs)
        {
            Console.WriteLine(RunText.Epoch(epoch, run.Plan!.Epochs));
        }
    }
}
