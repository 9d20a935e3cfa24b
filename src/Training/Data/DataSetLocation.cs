namespace Mnist.Distributed.Training.Data;

/// <summary>The place of a data set on this machine.</summary>
/// <param name="Name">The name on the command line.</param>
/// <param name="Status">The status of the files.</param>
/// <param name="Folder">The folder of the files; null if they are missing.</param>
/// <param name="TrainCount">Number of training samples; 0 if the data set cannot be used.</param>
/// <param name="TestCount">Number of test samples; 0 if the data set cannot be used.</param>
/// <param name="Digest"><see cref="DataSet.Digest"/>; null if the data set cannot be used.</param>
/// <param name="Problem">
/// One sentence: why the data set cannot be used, and what the user can do. Null if it can be used,
/// or is only missing.
/// </param>
/// <param name="Note"><see cref="DataSet.Note"/>; null if there is none.</param>
public sealed record DataSetLocation(
    string Name, DataSetStatus Status, string? Folder, int TrainCount, int TestCount, string? Digest, string? Problem, string? Note = null)
{
    internal static DataSetLocation Of(string name, string folder, DataSetInspection inspection) => new(
        name,
        inspection.Status,
        inspection.Status is DataSetStatus.Missing ? null : folder,
        inspection.DataSet?.Train.Count ?? 0,
        inspection.DataSet?.Test.Count ?? 0,
        inspection.DataSet?.Digest,
        inspection.Problem,
        inspection.DataSet?.Note);

    internal static DataSetLocation Missing(string name) =>
        new(name, DataSetStatus.Missing, Folder: null, TrainCount: 0, TestCount: 0, Digest: null, Problem: null);
}
