namespace Mnist.Distributed.Training.Data;

/// <summary>Where on this machine a data set is.</summary>
/// <param name="Name">The name given on the command line.</param>
/// <param name="Status">What was found.</param>
/// <param name="Folder">The folder it is in; null when it is missing.</param>
/// <param name="TrainCount">Training samples; 0 when it cannot be used.</param>
/// <param name="TestCount">Test samples; 0 when it cannot be used.</param>
/// <param name="Digest">See <see cref="DataSet.Digest"/>; null when it cannot be used.</param>
/// <param name="Problem">Why it cannot be used and what to do, as one sentence; null when it can, or is just not here yet.</param>
/// <param name="Note">See <see cref="DataSet.Note"/>.</param>
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
