namespace Mnist.Distributed.Training.Reports;

/// <summary>How well one class is recognised.</summary>
/// <param name="Name">Name of the class.</param>
/// <param name="Precision">
/// Share of the images taken for the class that are of the class; NaN if there are none.
/// </param>
/// <param name="Recall">
/// Share of the images of the class that are taken for it; NaN if there are none.
/// </param>
/// <param name="F1">The harmonic mean of both; 0 if the class is never found.</param>
/// <param name="Images">Number of images of the class.</param>
public sealed record ClassReport(string Name, double Precision, double Recall, double F1, int Images);
