using Mnist.Distributed.Training.Metrics;
using Mnist.Distributed.Training.Objectives;

namespace Mnist.Distributed.Training.Losses;

/// <summary>
/// The mean of an element loss over the four numbers of a box, as fractions of the image's sides.
/// </summary>
/// <param name="element">The loss of one number.</param>
internal sealed class BoxCoordinateLoss(IElementLoss element) : ILoss<Box>
{
    /// <inheritdoc />
    public double Of(ReadOnlySpan<float> outputs, Box target, Span<float> byOutputs)
    {
        var box = Box.OfOutputs(outputs);
        var x = element.Of(box.CentreX - target.CentreX);
        var y = element.Of(box.CentreY - target.CentreY);
        var width = element.Of(box.Width - target.Width);
        var height = element.Of(box.Height - target.Height);
        BoxGradient.Write(
            box, new(x.Derivative / Box.Numbers, y.Derivative / Box.Numbers, width.Derivative / Box.Numbers, height.Derivative / Box.Numbers), byOutputs);
        return (x.Loss + y.Loss + width.Loss + height.Loss) / Box.Numbers;
    }
}
