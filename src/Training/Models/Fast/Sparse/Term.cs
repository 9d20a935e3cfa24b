namespace Mnist.Distributed.Training.Models.Fast.Sparse;

/// <summary>One entry of a sparse row that is multiplied with a dense matrix.</summary>
/// <param name="Row">The row of the dense matrix that the entry is multiplied with.</param>
/// <param name="Weight">The value of the entry.</param>
public readonly record struct Term(int Row, float Weight);
