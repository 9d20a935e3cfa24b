namespace Mnist.Distributed.Grains.Runs;

/// <summary>The loss of a run stopped being a finite number.</summary>
[GenerateSerializer, Alias("mnist.DivergedException")]
public sealed class DivergedException(string message) : Exception(message);
