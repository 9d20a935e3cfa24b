namespace Mnist.Distributed.Hosting.Otlp;

/// <summary>A variable whose value is a whole number.</summary>
/// <param name="Name">The variable.</param>
/// <param name="Least">The smallest number that the OpenTelemetry library accepts.</param>
/// <param name="Most">The largest number that the library can work with.</param>
internal readonly record struct OtlpNumber(string Name, int Least, int Most = int.MaxValue);
