namespace Mnist.Distributed.Hosting.Links;

/// <summary>One of the two ends of a connection does not accept the other one.</summary>
/// <param name="message">What is wrong, as a sentence without its full stop.</param>
public sealed class PeerRefusedException(string message) : IOException(message);
