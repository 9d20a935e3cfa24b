namespace Mnist.Distributed.Training.Data;

/// <summary>The outcome of looking for a data set: exactly one of the two is not null.</summary>
/// <param name="DataSet">The data set.</param>
/// <param name="Unavailable">Why it is not to be had here, where nobody said where it is: what was tried and what to
/// do, as one sentence.</param>
public sealed record DataSetResult(DataSet? DataSet, string? Unavailable);
