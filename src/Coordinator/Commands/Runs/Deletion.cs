using Mnist.Distributed.Contracts;
using Mnist.Distributed.Coordinator.Terminal;

namespace Mnist.Distributed.Coordinator.Commands.Runs;

/// <summary>Deletes runs after the user has agreed.</summary>
/// <param name="isAgreed">Whether the user has agreed on the command line.</param>
/// <param name="isDry">Whether to say what would go, and to delete nothing.</param>
/// <param name="json">Whether to print JSON lines.</param>
internal sealed class Deletion(bool isAgreed, bool isDry, bool json)
{
    /// <summary>Shows the runs, asks, and deletes them.</summary>
    /// <param name="runs">The runs, checked.</param>
    /// <param name="clusters">The connections.</param>
    /// <returns>The exit code.</returns>
    /// <exception cref="InvalidInputException">
    /// There is nobody to ask, or a run cannot be deleted.
    /// </exception>
    public async Task<int> Of(IReadOnlyList<DoomedRun> runs, OpenClusters clusters)
    {
        if (runs.Count == 0)
        {
            SlowWork.Is(null);
            Say("There is no run to delete.");
            return ExitCode.Done;
        }

        InvalidInputException.Require(
            isDry || isAgreed || (!Console.IsInputRedirected && !json), "Nobody can be asked whether these runs may go: give --yes to delete them.");
        (DoomedRun Run, long Bytes)[] sized = [.. runs.Select(run => (run, run.Bytes))];
        SlowWork.Is(null);
        var total = $"{Quantity.Of(sized.Length, "run")}, {ByteCount.Of(sized.Sum(run => run.Bytes))}{(runs.Any(IsElsewhere) ? " and what is in stores of other machines" : "")}";
        if (!json && (isDry || !isAgreed))
        {
            TextTable.Print(["run", " size", "where"], sized.Select(run => (string[])[run.Run.RunId, ByteCount.Of(run.Bytes), run.Run.Where]));
        }

        if (isDry)
        {
            Array.ForEach(sized, run => Report(run.Run, run.Bytes, [], isDeleted: false));
            Say($"{total} would be deleted.");
            return ExitCode.Done;
        }

        if (!IsAgreed(total))
        {
            Remarks.Say("nothing was deleted.");
            return ExitCode.Interrupted;
        }

        foreach (var (run, bytes) in sized)
        {
            Report(run, bytes, await run.Delete(clusters), isDeleted: true);
        }

        SlowWork.Is("giving back space");
        clusters.GiveBackSpace();
        SlowWork.Is(null);
        Say($"{total} deleted.");
        return ExitCode.Done;
    }

    private static bool IsElsewhere(DoomedRun run) => run.Cluster is { Measured: null };

    private bool IsAgreed(string total)
    {
        if (isAgreed)
        {
            return true;
        }

        Console.Error.Write($"Delete {total}? [y/N] ");
        return Console.ReadLine()?.Trim() is "y" or "Y" or "yes";
    }

    private void Report(DoomedRun run, long bytes, IReadOnlyList<string> left, bool isDeleted)
    {
        if (json)
        {
            Json.Print(new { run.RunId, run.Folder, Cluster = run.Cluster?.Name, Bytes = bytes, Deleted = isDeleted, Left = left });
        }
        else if (left.Count > 0)
        {
            Remarks.Say($"{run.Folder} stays, because it has other files: {Printable.Of(string.Join(", ", left.Take(5)))}{(left.Count > 5 ? ", ..." : "")}");
        }
    }

    private void Say(string sentence)
    {
        if (!json)
        {
            Console.WriteLine(sentence);
        }
    }
}
