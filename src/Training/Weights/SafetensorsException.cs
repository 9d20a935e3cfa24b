namespace Mnist.Distributed.Training.Weights;

/// <summary>The content of a file departs from the safetensors format.</summary>
/// <param name="message">How, as part of a sentence.</param>
/// <param name="innerException">The failure behind it.</param>
internal sealed class SafetensorsException(string message, Exception? innerException = null) : Exception(message, innerException);
