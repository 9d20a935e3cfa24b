using Mnist.Distributed.Training.Objectives;

namespace Mnist.Distributed.Tests.Training.Catalogue.Extensions;

/// <summary>Half the squared distance of the outputs from 1 at the label and 0 elsewhere.</summary>
internal sealed class SquaredErrorLoss : ILoss<int>
{
    public double Of(ReadOnlySpan<float> outputs, int target, Span<float> byOutputs)
    {
        var sum = 0.0;
        for (var c = 0; c < outputs.Length; c++)
        {
            var difference = outputs[c] - (c == target ? 1f : 0f);
            sum += 0.5 * difference * difference;
            if (!byOutputs.IsEmpty)
            {
                byOutputs[c] = difference;
            }
        }

        return sum;
    }
}
