using Mnist.Distributed.Contracts.Data;
using Mnist.Distributed.Training.Tasks;

namespace Mnist.Distributed.Training.Reports;

/// <summary>One test sample.</summary>
/// <param name="Index">0-based position in the test split.</param>
/// <param name="Loss">Its loss.</param>
/// <param name="Found">What the network says; null without a network.</param>
/// <param name="Truth">What is right.</param>
/// <param name="Shape">Shape of the image that the network sees.</param>
/// <param name="Pixels">Its pixels in bytes, plane after plane.</param>
public sealed record SampleReport(int Index, double Loss, Answer? Found, Answer Truth, SampleShape Shape, byte[] Pixels);
