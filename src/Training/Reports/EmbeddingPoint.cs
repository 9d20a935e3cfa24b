namespace Mnist.Distributed.Training.Reports;

/// <summary>An embedding in two dimensions.</summary>
/// <param name="Label">The class of the image.</param>
/// <param name="X">First principal component.</param>
/// <param name="Y">Second principal component.</param>
public sealed record EmbeddingPoint(int Label, double X, double Y);
