using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Training.Metrics;
using Mnist.Distributed.Training.Objectives;
using Mnist.Distributed.Training.Tasks;

namespace Mnist.Distributed.Training.Losses;

/// <summary>
/// Losses on intersection over union of a box with its target, with the formulas of torchvision.
/// <c>iou</c> has no gradient where the boxes do not overlap. <c>giou</c> also pulls the smallest
/// box around both together (Rezatofighi et al., 2019); <c>diou</c> also pulls the centres together
/// (Zheng et al., 2020). Masks have <see cref="MaskOverlapLoss"/>.
/// </summary>
/// <param name="variant">Name of the variant.</param>
internal sealed class IoULoss(string variant) : ILoss<Box>
{
    private const double Epsilon = 1e-7;
    private const string Plain = "iou";
    private const string Generalised = "giou";
    private const string Distance = "diou";

    private static readonly Setting<string> Variant = new(
        "iou-variant", "Variant of IoU for boxes: iou, giou or diou.", Generalised, "iou, giou or diou", value => value is Plain or Generalised or Distance);

    /// <summary>The entry of the catalogue.</summary>
    public static readonly LossDefinition Definition = new(
        "iou",
        "1 - IoU; masks: soft Jaccard, (sum p m + 1) / (sum p + sum m - sum p m + 1); boxes: GIoU, DIoU or IoU",
        "finding regions: what counts is the overlap, whatever the size",
        [new("boxes", "boxnet", 0.001f, 3) { Optimizer = "adam" }, new("ink", "inknet", 0.003f, 2) { Optimizer = "adam" }],
        [Variant],
        request => request.Task switch
        {
            BoxTask task => task.Objective(new IoULoss(Variant.Of(request.Settings))),
            MaskTask task => task.Objective(new MaskOverlapLoss(n: 1, d: 1)),
            _ => null,
        })
    {
        NeedsNegativeOutputs = true,
    };

    /// <inheritdoc />
    public double Of(ReadOnlySpan<float> outputs, Box target, Span<float> byOutputs)
    {
        var box = Box.OfOutputs(outputs);
        var x = Overlap.Of(box.Left, box.Right, target.Left, target.Right);
        var y = Overlap.Of(box.Top, box.Bottom, target.Top, target.Bottom);
        var overlaps = x.Common > 0 && y.Common > 0;
        var both = overlaps ? x.Common * y.Common : 0;
        var union = box.Area + target.Area - both;
        var iou = both / (union + Epsilon);

        // Derivatives by the two common lengths and by the area of the box, while the union is
        // box + target - common area.
        var byBoth = (1 / (union + Epsilon)) + (iou / (union + Epsilon));
        var byArea = -iou / (union + Epsilon);
        var (byCommonX, byCommonY) = overlaps ? (byBoth * y.Common, byBoth * x.Common) : (0.0, 0.0);
        var (byAroundX, byAroundY, byDistanceX, byDistanceY) = (0.0, 0.0, 0.0, 0.0);
        var value = iou;
        if (variant == Generalised)
        {
            var around = x.Around * y.Around;
            var byAround = -(union + Epsilon) / ((around + Epsilon) * (around + Epsilon));
            value -= (around - union) / (around + Epsilon);
            (byAroundX, byAroundY) = (byAround * y.Around, byAround * x.Around);
            byArea += 1 / (around + Epsilon);
            byCommonX -= overlaps ? y.Common / (around + Epsilon) : 0;
            byCommonY -= overlaps ? x.Common / (around + Epsilon) : 0;
        }
        else if (variant == Distance)
        {
            var diagonal = (x.Around * x.Around) + (y.Around * y.Around) + Epsilon;
            var (dx, dy) = (box.CentreX - target.CentreX, box.CentreY - target.CentreY);
            var share = ((dx * dx) + (dy * dy)) / diagonal;
            value -= share;
            (byAroundX, byAroundY) = (2 * share * x.Around / diagonal, 2 * share * y.Around / diagonal);
            (byDistanceX, byDistanceY) = (-2 * dx / diagonal, -2 * dy / diagonal);
        }

        var (byLeft, byRight) = x.BySides(byCommonX, byAroundX);
        var (byTop, byBottom) = y.BySides(byCommonY, byAroundY);
        BoxGradient.Write(
            box,
            new(
                -(byLeft + byRight + byDistanceX),
                -(byTop + byBottom + byDistanceY),
                -(((byRight - byLeft) / 2) + (byArea * box.Height)),
                -(((byBottom - byTop) / 2) + (byArea * box.Width))),
            byOutputs);
        return 1 - value;
    }
}
