using Mnist.Distributed.Training.Arithmetic;

namespace Mnist.Distributed.Training.Metrics;

/// <summary>A rectangle; all numbers are fractions of the sides of an image.</summary>
/// <param name="CentreX">Place of the centre between the left and the right side.</param>
/// <param name="CentreY">Place of the centre between the upper and the lower side.</param>
/// <param name="Width">Width.</param>
/// <param name="Height">Height.</param>
public readonly record struct Box(double CentreX, double CentreY, double Width, double Height)
{
    /// <summary>Number of numbers of a box.</summary>
    public const int Numbers = 4;

    /// <summary>The left side.</summary>
    public double Left => CentreX - (Width / 2);

    /// <summary>The right side.</summary>
    public double Right => CentreX + (Width / 2);

    /// <summary>The upper side.</summary>
    public double Top => CentreY - (Height / 2);

    /// <summary>The lower side.</summary>
    public double Bottom => CentreY + (Height / 2);

    /// <summary>The area; a fraction of the image's.</summary>
    public double Area => Width * Height;

    /// <summary>
    /// The box of four outputs of a network: the sigmoids are centre, width and height.
    /// </summary>
    public static Box OfOutputs(ReadOnlySpan<float> outputs) =>
        new(Sigmoid.Of(outputs[0]), Sigmoid.Of(outputs[1]), Sigmoid.Of(outputs[2]), Sigmoid.Of(outputs[3]));

    /// <summary>Intersection over union with another box.</summary>
    public double IoU(Box other)
    {
        var width = Math.Min(Right, other.Right) - Math.Max(Left, other.Left);
        var height = Math.Min(Bottom, other.Bottom) - Math.Max(Top, other.Top);
        var both = Math.Max(0, width) * Math.Max(0, height);
        return both == 0 ? 0 : both / (Area + other.Area - both);
    }
}
