using System.CommandLine;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Coordinator.Terminal;
using Mnist.Distributed.Training.Catalogue;

namespace Mnist.Distributed.Coordinator.Commands.Runs;

/// <summary><c>mnist runs compare</c>: lays runs side by side.</summary>
internal static class CompareCommand
{
    private const string Examples = """
        Lays runs side by side: what differs in their plans and options, their results, and the first step at which the
        hashes of their states part. Each run is compared with the first one.

        Examples:
          mnist runs compare first latest
          mnist runs compare runs/a runs/b runs/c --json
        """;

    /// <summary>The command.</summary>
    public static Command Create(TrainingCatalogue catalogue)
    {
        var command = new ManyRunsCommand("compare", Examples, least: 2);
        command.SetAction(async (parsed, _) =>
        {
            var found = await command.Find(parsed);
            InvalidInputException.Require(found.Count >= 2, $"The words name one run, {found[0].RunId}: name another one to compare it with.");
            var runs = new List<ComparedRun>();
            foreach (var run in found)
            {
                runs.Add(await ComparedRun.Read(run, catalogue));
            }

            SlowWork.Is(null);
            var comparison = new RunComparison(runs);
            if (parsed.GetValue(command.Json))
            {
                PrintJson(runs, comparison);
            }
            else
            {
                Print(runs, comparison);
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static void Print(IReadOnlyList<ComparedRun> runs, RunComparison comparison)
    {
        PrintTable("plan", runs, comparison.Plan);
        PrintTable("options", runs, comparison.Options);
        PrintTable("results", runs, comparison.Results);
        if (comparison.Plan.Count == 0)
        {
            Console.WriteLine("The plans are equal.");
        }

        if (comparison.HasEqualWeights is { } equal)
        {
            Console.WriteLine(equal ? "The weights are equal." : "The weights differ.");
        }

        foreach (var steps in comparison.Steps)
        {
            Console.WriteLine(Printable.Of(steps.Text, Printable.Sentence));
        }
    }

    private static void PrintTable(string name, IReadOnlyList<ComparedRun> runs, IReadOnlyList<(string Field, IReadOnlyList<string?> Values)> rows)
    {
        if (rows.Count > 0)
        {
            TextTable.Print([name, .. runs.Select(run => run.Run.RunId)], rows.Select(row => (string[])[row.Field.Replace('_', ' '), .. row.Values.Select(value => value ?? FittedTable.Nothing)]));
            Console.WriteLine();
        }
    }

    private static void PrintJson(IReadOnlyList<ComparedRun> runs, RunComparison comparison)
    {
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        Json.Print(new
        {
            Runs = runs.Select(run =>
            {
                var known = RunColumns.Json(run.Run, now);
                known["weights_sha256"] = run.Weights;
                known["options"] = run.Options;
                return known;
            }),
            Plan = comparison.Plan.ToDictionary(row => row.Field, row => row.Values),
            Options = comparison.Options.ToDictionary(row => row.Field, row => row.Values),
            EqualWeights = comparison.HasEqualWeights,
            Steps = comparison.Steps.Select(steps => new { steps.RunId, steps.Other, steps.Hashes?.Compared, steps.Hashes?.EqualUpTo, steps.Hashes?.PartAt, steps.Problem }),
        });
    }
}
