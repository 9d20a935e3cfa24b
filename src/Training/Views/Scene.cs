namespace Mnist.Distributed.Training.Views;

/// <summary>Draws the scene of a sample.</summary>
/// <param name="index">0-based position of the sample in its split.</param>
/// <param name="image">
/// Receives the pixels in bytes, plane after plane; all of them are 0 before.
/// </param>
/// <param name="target">Receives the target.</param>
public delegate void Scene(int index, Span<byte> image, Span<float> target);
