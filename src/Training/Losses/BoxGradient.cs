using Mnist.Distributed.Training.Metrics;

namespace Mnist.Distributed.Training.Losses;

/// <summary>Derivatives by the four numbers of a box.</summary>
/// <param name="ByCentreX">By the centre's place from left to right.</param>
/// <param name="ByCentreY">By the centre's place from top to bottom.</param>
/// <param name="ByWidth">By the width.</param>
/// <param name="ByHeight">By the height.</param>
internal readonly record struct BoxGradient(double ByCentreX, double ByCentreY, double ByWidth, double ByHeight)
{
    /// <summary>
    /// Writes the derivatives by the outputs whose sigmoids the box is made of.
    /// </summary>
    /// <param name="box">The box.</param>
    /// <param name="gradient">The derivatives by its numbers.</param>
    /// <param name="byOutputs">Receives four derivatives; empty if they are not wanted.</param>
    public static void Write(Box box, BoxGradient gradient, Span<float> byOutputs)
    {
        if (byOutputs.IsEmpty)
        {
            return;
        }

        byOutputs[0] = (float)(gradient.ByCentreX * box.CentreX * (1 - box.CentreX));
        byOutputs[1] = (float)(gradient.ByCentreY * box.CentreY * (1 - box.CentreY));
        byOutputs[2] = (float)(gradient.ByWidth * box.Width * (1 - box.Width));
        byOutputs[3] = (float)(gradient.ByHeight * box.Height * (1 - box.Height));
    }
}
