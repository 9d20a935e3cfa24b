using Mnist.Distributed.Contracts.Runs;

namespace Mnist.Distributed.Coordinator.Runs;

/// <summary>Shows a run while it goes on.</summary>
internal interface IRunDisplay
{
    /// <summary>Shows the events until they end.</summary>
    /// <param name="run">The run.</param>
    /// <param name="folder">Where its results are written; null when they are not.</param>
    /// <param name="events">What happens.</param>
    Task Show(RunIdentity run, string? folder, IAsyncEnumerable<RunEvent> events);

    /// <summary>Says something about the run.</summary>
    void Note(string sentence);

    /// <summary>Shows how the run ended.</summary>
    void Close(RunSummary summary);
}

/// <summary>How a run ended.</summary>
/// <param name="Run">The run.</param>
/// <param name="Ending">How it ended, and why it failed or where it stopped.</param>
/// <param name="Epochs">The completed epochs.</param>
/// <param name="Elapsed">Time from its start as this program saw it.</param>
/// <param name="Folder">Where its results are; null when they were not written.</param>
/// <param name="WeightsSha256">SHA-256 of the weights' file.</param>
internal sealed record RunSummary(
    RunIdentity Run,
    RunEvent.Ended Ending,
    IReadOnlyList<EpochMetrics> Epochs,
    TimeSpan Elapsed,
    string? Folder,
    string? WeightsSha256);
