namespace Mnist.Distributed.Training.Models.Fast.Sparse;

/// <summary>One entry of a sparse row: the matrix row it is multiplied with, and by what.</summary>
/// <param name="Row">Row of the dense matrix.</param>
/// <param name="Weight">Factor.</param>
public readonly record struct Term(int Row, float Weight);
