using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Coordinator.Runs;

namespace Mnist.Distributed.Coordinator.Displays;

/// <summary>
/// Prints the results of a run and no progress, with <c>--quiet</c>. JSON lines are results: they
/// stay as they are.
/// </summary>
/// <param name="json">Prints JSON lines; null if the user did not ask for them.</param>
internal sealed class QuietRunDisplay(JsonRunDisplay? json) : IRunDisplay
{
    /// <inheritdoc />
    public async Task Show(RunIdentity run, string? folder, IAsyncEnumerable<RunEvent> events)
    {
        if (json is not null)
        {
            await json.Show(run, folder, events);
            return;
        }

        await foreach (var _ in events)
        {
        }
    }

    /// <inheritdoc />
    public void Note(string sentence)
    {
    }

    /// <inheritdoc />
    public void Close(RunSummary summary)
    {
        if (json is not null)
        {
            json.Close(summary);
        }
        else
        {
            RunText.Print(summary, Console.WriteLine);
        }
    }
}
