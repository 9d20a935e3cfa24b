namespace Mnist.Distributed.Training.Data;

/// <summary>
/// The result of a search for a data set. Exactly one of the two properties is not null.
/// </summary>
/// <param name="DataSet">The data set.</param>
/// <param name="Unavailable">
/// One sentence: why the data set is not available, which places were tried, and what the user can
/// do. Only for a data set whose folder the user did not name.
/// </param>
public sealed record DataSetResult(DataSet? DataSet, string? Unavailable);
