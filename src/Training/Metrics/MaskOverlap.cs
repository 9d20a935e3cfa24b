namespace Mnist.Distributed.Training.Metrics;

/// <summary>Counts the pixels of two masks.</summary>
internal static class MaskOverlap
{
    /// <summary>
    /// The number of pixels in both masks, with outputs above 0, and in the target mask.
    /// </summary>
    public static (int Both, int Found, int Mask) Of(ReadOnlySpan<float> outputs, ReadOnlySpan<float> target)
    {
        var (both, found, mask) = (0, 0, 0);
        for (var at = 0; at < outputs.Length; at++)
        {
            var (isFound, isMask) = (outputs[at] > 0, target[at] > 0);
            found += isFound ? 1 : 0;
            mask += isMask ? 1 : 0;
            both += isFound && isMask ? 1 : 0;
        }

        return (both, found, mask);
    }
}
