using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Training.Catalogue;

namespace Mnist.Distributed.Dashboard.Runs;

/// <summary>A place that knows runs, such as a cluster or a folder with results.</summary>
public interface IRunSource
{
    /// <summary>The runs, the newest first.</summary>
    Task<IReadOnlyList<ShownRun>> List();

    /// <summary>
    /// What happens in a run: first what has happened before, then everything new until the
    /// reader leaves.
    /// </summary>
    /// <param name="id">The run.</param>
    /// <param name="cursor">
    /// The cursor of the last note that the reader has; null for a new reader.
    /// </param>
    /// <param name="cancellation">Ends the reading.</param>
    IAsyncEnumerable<RunNote> Watch(string id, string? cursor, CancellationToken cancellation);

    /// <summary>The weights of this moment; null while the run has none.</summary>
    /// <exception cref="InvalidInputException">The weights cannot be read.</exception>
    Task<ShownWeights?> Weights(string id);
}

/// <summary>A run, for the list on the page.</summary>
/// <param name="Id">The run.</param>
/// <param name="Status">Its status, in lower case.</param>
/// <param name="Where">Where it was found: the name of a cluster or a folder.</param>
/// <param name="Model">Its model.</param>
/// <param name="Task">Its task.</param>
/// <param name="Loss">Its loss.</param>
/// <param name="Metric">Name of its metric.</param>
/// <param name="IsShare">Whether the metric is a share of 1, such as the accuracy.</param>
/// <param name="StepsPerEpoch">Steps of an epoch.</param>
/// <param name="Epochs">Epochs of its plan.</param>
public sealed record ShownRun(
    string Id, string Status, string Where, string Model, string Task, string Loss, string Metric, bool IsShare, int StepsPerEpoch, int Epochs);

/// <summary>Something that happened in a run.</summary>
/// <param name="Cursor">
/// The position of the reader after this note; null if it is where the reader was before.
/// </param>
/// <param name="Data">What happened; it is written as JSON.</param>
public sealed record RunNote(string? Cursor, object Data);

/// <summary>The weights of a run.</summary>
/// <param name="Setup">The model, the objective and the plan.</param>
/// <param name="State">The weights.</param>
/// <param name="DataFolder">
/// The folder of the data set, as the run was told; null for the usual one.
/// </param>
public sealed record ShownWeights(TrainingSetup Setup, TrainingState State, string? DataFolder);
