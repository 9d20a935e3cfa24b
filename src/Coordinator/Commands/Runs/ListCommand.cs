using System.CommandLine;
using Mnist.Distributed.Coordinator.Commands.Options;
using Mnist.Distributed.Coordinator.Terminal;
using static Mnist.Distributed.Contracts.InvalidInputException;

namespace Mnist.Distributed.Coordinator.Commands.Runs;

/// <summary><c>mnist runs list</c>: lists the runs of a folder and of clusters together.</summary>
internal static class ListCommand
{
    private static readonly string Examples = $"""
        Lists the runs in the folder 'runs' and those of your running clusters, oldest first. A run in both places is one
        row. The table has the columns that fit the terminal, the important ones first; the id is never cut. Output that
        is no terminal has all columns; --json has everything.
        --sort takes {string.Join(", ", RunOrder.Names)}: the best metric, the lowest loss and the longest duration come first.

        Examples:
          mnist runs list --last 10
          mnist runs list --newer-than 7d --sort metric
          mnist runs list --tag try --status completed --sort metric
          mnist runs list --cluster demo --store redis:db:6379
        """;

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var selection = new SelectionOptions();
        var last = OptionKind.Number<int>("--last", "Only the N runs that were started last.");
        var newer = OptionKind.OptionalText("--newer-than", "TIME", "Only runs that were started within this time: a number with s, m, h, d or w, such as 7d.");
        var sort = OptionKind.Text("--sort", "KEY", $"The order: {string.Join(", ", RunOrder.Names)}.", RunOrder.Usual).Takes(ValueKind.OneOf([.. RunOrder.Names]));
        var json = SharedOptions.Json();
        OptionGroup.Selection.Holds(last, newer);
        OptionGroup.Output.Holds(sort);
        var command = new Command("list", Examples) { last, newer, sort, json };
        selection.AddTo(command);
        command.SetAction(async (parsed, _) =>
        {
            var order = parsed.GetValue(sort)!;
            Require(RunOrder.Names.Contains(order), $"--sort must be one of {string.Join(", ", RunOrder.Names)}, but is '{order}'.");
            Require(parsed.GetValue(last) is null or >= 1, $"--last must be at least 1, but is {parsed.GetValue(last)}.");
            var age = parsed.GetValue(newer) is { } text ? ShortTime.Parse(text, "--newer-than") : (TimeSpan?)null;
            var chosen = selection.Selection(parsed);
            var found = await selection.Find(parsed, sentence => Remarks.Say(sentence));
            var now = TimeProvider.System.GetUtcNow().UtcDateTime;
            KnownRun[] runs = [.. found.Runs.Where(run => chosen.Has(run) && (age is null || run.StartedAt > now - age))];
            var shown = RunOrder.By(order, [.. runs.TakeLast(parsed.GetValue(last) ?? runs.Length)], now);
            if (parsed.GetValue(json))
            {
                foreach (var run in shown)
                {
                    Json.Print(RunColumns.Json(run, now));
                }
            }
            else
            {
                Print(shown, found, found.Runs.Count(chosen.HidesOnly), now);
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static void Print(IReadOnlyList<KnownRun> shown, FoundRuns found, int trials, DateTime now)
    {
        if (shown.Count > 0)
        {
            FittedTable.Print(RunColumns.Of(shown, now), shown, Screen.Columns ?? int.MaxValue);
        }
        else if (found.Runs.Count > trials)
        {
            Console.WriteLine($"None of {Quantity.Of(found.Runs.Count, "run")} is as the options ask.");
        }
        else if (trials == 0)
        {
            var clusters = found.Clusters.Count == 0 ? "no cluster runs" : $"{string.Join(", ", found.Clusters.Select(cluster => $"cluster {cluster.Name}"))} has none";
            Console.WriteLine($"There are no runs in the folder {found.Folder}, and {clusters}: 'mnist train' starts one.");
        }

        if (trials > 0)
        {
            Remarks.Say($"{Quantity.Of(trials, "trial")} of sweeps {(trials == 1 ? "is" : "are")} not shown; --all shows them, --sweep ID those of one sweep.");
        }
    }
}
