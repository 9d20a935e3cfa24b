using System.Globalization;
using Mnist.Distributed.Coordinator.Commands.Chaos.Faults;
using Mnist.Distributed.Coordinator.Runs;
using Mnist.Distributed.Coordinator.Terminal;

namespace Mnist.Distributed.Coordinator.Commands.Chaos;

/// <summary>Prints the results of <c>mnist chaos</c>.</summary>
/// <param name="json">Whether to print JSON lines.</param>
/// <param name="again">The command line that repeats a schedule, without the schedule
/// itself.</param>
/// <param name="note">Receives a sentence on how to repeat a schedule that failed.</param>
internal sealed class ChaosReport(bool json, string again, Action<string> note)
{
    /// <summary>Prints the result of one schedule.</summary>
    /// <param name="seed">The seed that decided the schedule; null if the user gave the
    /// schedule.</param>
    /// <param name="faults">The schedule.</param>
    /// <param name="result">The result of its chaos run.</param>
    public void Schedule(int? seed, FaultPlan faults, ChaosResult result)
    {
        if (json)
        {
            Json.Print(new
            {
                Event = "schedule",
                Seed = seed,
                Plan = faults.ToString(),
                Kept = result.Problems.Count == 0,
                result.Problems,
                Steps = result.Ledger.EndStep,
                Pauses = result.Pauses,
                result.Incidents,
                Seconds = result.Elapsed.TotalSeconds,
            });
        }
        else
        {
            foreach (var incident in result.Incidents)
            {
                Console.WriteLine($"  {RunText.Incident(incident)}");
            }

            Console.WriteLine(result.Problems.Count == 0
                ? string.Create(CultureInfo.InvariantCulture, $"  same bytes at all {result.Ledger.EndStep:N0} steps; {Longest(result)}; {result.Elapsed.TotalSeconds:F1} s")
                : $"  {(result.IsUnproven ? "NOT PROVEN" : "BROKEN")}: {string.Join("; ", result.Problems)}");
        }

        if (result.Problems.Count > 0)
        {
            note($"To do it again: {again} {(seed is null ? $"--plan \"{faults}\"" : $"--seed {seed} --schedules 1")}");
        }
    }

    /// <summary>Prints a summary of all schedules.</summary>
    public void Close(IReadOnlyList<ChaosResult> results)
    {
        var kept = results.Count(result => result.Problems.Count == 0);
        var longest = results.Select(result => result.Pauses.FirstOrDefault()).Order().ToArray();
        if (json)
        {
            Json.Print(new { Event = "done", Schedules = results.Count, Kept = kept, MedianPause = longest[longest.Length / 2], WorstPause = longest[^1] });
        }
        else
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{kept} of {results.Count} schedules ended with the plain trainer's bytes, every step once. "
                + $"Longest pause between two steps: median {longest[longest.Length / 2]:F2} s, worst {longest[^1]:F2} s."));
        }
    }

    private static string Longest(ChaosResult result) => result.Pauses.Any()
        ? string.Create(CultureInfo.InvariantCulture, $"longest pause between two steps {result.Pauses.First():F2} s")
        : "no step was late";
}
