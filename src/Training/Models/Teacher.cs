using Mnist.Distributed.Training.Vectors;

namespace Mnist.Distributed.Training.Models;

/// <summary>A trained model from whose outputs another one learns.</summary>
/// <param name="Model">The model.</param>
/// <param name="Parameters">Its trained parameters; they do not change.</param>
public sealed record Teacher(Model Model, FlatVector Parameters);
