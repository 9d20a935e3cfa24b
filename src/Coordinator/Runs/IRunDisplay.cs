using Mnist.Distributed.Contracts.Runs;

namespace Mnist.Distributed.Coordinator.Runs;

/// <summary>Shows a run while it is in progress.</summary>
internal interface IRunDisplay
{
    /// <summary>Shows the events of a run until they end.</summary>
    /// <param name="run">The run.</param>
    /// <param name="folder">The folder of its results; null if they are not written.</param>
    /// <param name="events">The events.</param>
    Task Show(RunIdentity run, string? folder, IAsyncEnumerable<RunEvent> events);

    /// <summary>Shows a sentence about the run.</summary>
    void Note(string sentence);

    /// <summary>Shows the end of the run.</summary>
    void Close(RunSummary summary);
}

/// <summary>The end of a run, for a display.</summary>
/// <param name="Run">The run.</param>
/// <param name="Ending">How it ended, and why it failed or where it stopped.</param>
/// <param name="Epochs">The completed epochs.</param>
/// <param name="Elapsed">Time since its start, as this program has measured it.</param>
/// <param name="Folder">The folder of its results; null if they were not written.</param>
/// <param name="Weights">The weights in the file; null if there are none.</param>
/// <param name="WeightsSha256">
/// SHA-256 in lower-case hex of the file of weights; null if there is none.
/// </param>
internal sealed record RunSummary(
    RunIdentity Run,
    RunEvent.Ended Ending,
    IReadOnlyList<EpochMetrics> Epochs,
    TimeSpan Elapsed,
    string? Folder,
    RunWeights? Weights,
    string? WeightsSha256);
