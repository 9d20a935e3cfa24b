namespace Mnist.Distributed.Training.Weights;

/// <summary>The content of a file violates the safetensors format.</summary>
/// <param name="message">The violation, as part of a sentence.</param>
/// <param name="innerException">The failure that caused this one.</param>
internal sealed class SafetensorsException(string message, Exception? innerException = null) : Exception(message, innerException);
