namespace Mnist.Distributed.Training.Data;

/// <summary>The result of a search for a data set in one folder.</summary>
/// <param name="Status">The status of the files.</param>
/// <param name="DataSet">The data set, if it can be used.</param>
/// <param name="Problem">One sentence: why it cannot be used, and what the user can do.</param>
internal sealed record DataSetInspection(DataSetStatus Status, DataSet? DataSet, string? Problem);
