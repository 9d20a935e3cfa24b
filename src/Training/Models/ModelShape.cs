using Mnist.Distributed.Contracts.Data;
using Mnist.Distributed.Contracts.Plans;

namespace Mnist.Distributed.Training.Models;

/// <summary>The settings and the data that a model is made for.</summary>
/// <param name="Settings">The plan's settings of the model.</param>
/// <param name="Sample">Shape of an image.</param>
/// <param name="Normalisation">Turns a pixel into an input.</param>
/// <param name="Outputs">Number of outputs for each sample, which the objective demands.</param>
public readonly record struct ModelShape(Settings Settings, SampleShape Sample, Normalisation Normalisation, int Outputs);
