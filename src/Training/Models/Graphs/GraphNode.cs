namespace Mnist.Distributed.Training.Models.Graphs;

/// <summary>An operation of a graph.</summary>
/// <param name="Operator">Its name in ONNX, such as <c>Conv</c>.</param>
/// <param name="Inputs">
/// Names of values and tensors; an empty name for an input that is left out.
/// </param>
/// <param name="Output">Name of the value that it makes.</param>
/// <param name="Attributes">
/// Its attributes by name: <see cref="long"/>, an array of these, or a text.
/// </param>
public sealed record GraphNode(string Operator, IReadOnlyList<string> Inputs, string Output, IReadOnlyDictionary<string, object> Attributes);
