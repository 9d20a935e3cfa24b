using Mnist.Distributed.Contracts.Data;
using Mnist.Distributed.Contracts.Plans;

namespace Mnist.Distributed.Training.Models;

/// <summary>What a model is made for.</summary>
/// <param name="Settings">The plan's settings of the model.</param>
/// <param name="Sample">The shape of an image.</param>
/// <param name="Normalisation">How a pixel becomes an input.</param>
/// <param name="Outputs">Outputs for each sample, as the objective wants them.</param>
public readonly record struct ModelShape(Settings Settings, SampleShape Sample, Normalisation Normalisation, int Outputs);
