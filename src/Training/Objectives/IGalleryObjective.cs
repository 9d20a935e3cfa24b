using Mnist.Distributed.Training.Data;

namespace Mnist.Distributed.Training.Objectives;

/// <summary>
/// An objective whose test metric compares outputs with those for a fixed set of labelled images,
/// the gallery. Every evaluator computes the outputs for the gallery itself, with the parameters of
/// the moment.
/// </summary>
public interface IGalleryObjective : IObjective
{
    /// <summary>The objective that evaluates against a gallery.</summary>
    /// <param name="gallery">Labelled images.</param>
    /// <param name="outputs">
    /// The network's outputs, images x <see cref="IObjective.Outputs"/>; copied if needed.
    /// </param>
    IObjective Against(ImageSet gallery, ReadOnlySpan<float> outputs);
}
