namespace Mnist.Distributed.Hosting.Transport.Guard;

/// <summary>A message is not let through.</summary>
/// <param name="message">The reason, as a sentence without its full stop.</param>
internal sealed class RefusedFrameException(string message) : IOException(message);
