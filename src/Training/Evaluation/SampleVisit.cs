using Mnist.Distributed.Training.Data;

namespace Mnist.Distributed.Training.Evaluation;

/// <summary>Looks at samples and at what a network says about them.</summary>
/// <param name="batch">The samples; valid during the call.</param>
/// <param name="outputs">
/// The network's outputs, images x outputs; valid during the call.
/// </param>
public delegate void SampleVisit(Batch batch, ReadOnlySpan<float> outputs);
