namespace Mnist.Distributed.Training.Data;

/// <summary>The outcome of looking for a data set in one folder.</summary>
/// <param name="Status">What was found.</param>
/// <param name="DataSet">The data, when it can be used.</param>
/// <param name="Problem">Why it cannot be used and what to do, as one sentence.</param>
internal sealed record DataSetInspection(DataSetStatus Status, DataSet? DataSet, string? Problem);
