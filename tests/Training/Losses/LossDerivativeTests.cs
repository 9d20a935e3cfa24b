using Xunit;

namespace Mnist.Distributed.Tests.Training.Losses;

/// <summary>Derivatives of every loss against finite differences.</summary>
public sealed class LossDerivativeTests
{
    /// <summary>A power of two, so that an output plus the step is exact.</summary>
    private const float Step = 1f / 1024;

    private const double Tolerance = 2e-3;

    /// <summary>Of long rows, some elements are enough.</summary>
    private const int MostElements = 40;

    public static TheoryData<string> Names => [.. LossCases.All.Select(known => known.ToString())];

    public static TheoryData<string> NamesWithoutJumps => [.. LossCases.All.Where(known => !known.IsJump).Select(known => known.ToString())];

    /// <summary>
    /// A derivative lies between the differences to both sides. Where a loss has a kink, those two
    /// are far apart.
    /// </summary>
    [Theory]
    [MemberData(nameof(NamesWithoutJumps))]
    public void A_derivative_is_a_limit_of_differences(string name)
    {
        var loss = LossCases.All.Single(known => known.ToString() == name);
        var objective = loss.Objective;
        float[] outputs = [.. loss.Outputs.SelectMany(row => row)];
        var byOutputs = new float[outputs.Length];
        var totals = loss.Judge(objective, outputs, byOutputs);

        Assert.True(double.IsFinite(totals.LossSum));
        for (var i = 0; i < outputs.Length; i += Math.Max(1, outputs.Length / MostElements))
        {
            var below = (totals.LossSum - With(i, -Step)) / Step;
            var above = (With(i, Step) - totals.LossSum) / Step;
            Assert.InRange(byOutputs[i], Math.Min(below, above) - Tolerance, Math.Max(below, above) + Tolerance);
        }

        double With(int at, float change)
        {
            var changed = outputs.ToArray();
            changed[at] += change;
            return loss.Judge(objective, changed, []).LossSum;
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_loss_is_the_same_with_and_without_derivatives(string name)
    {
        var loss = LossCases.All.Single(known => known.ToString() == name);
        var objective = loss.Objective;
        float[] outputs = [.. loss.Outputs.SelectMany(row => row)];

        Assert.Equal(loss.Judge(objective, outputs, new float[outputs.Length]), loss.Judge(objective, outputs, []));
    }

    /// <summary>
    /// An output of zero has no direction. Its cosine with any direction counts as 0.
    /// </summary>
    [Theory]
    [InlineData("digits")]
    [InlineData("embedding")]
    public void The_cosine_loss_of_zeros_is_1_with_finite_derivatives(string task)
    {
        var loss = LossCases.All.Single(known => known is { Loss: "cosine", Name: LossCases.Zero } && known.Task == task);
        float[] outputs = [.. loss.Outputs.SelectMany(row => row)];
        var byOutputs = new float[outputs.Length];

        Assert.Equal(1.0, loss.Judge(loss.Objective, outputs, byOutputs).Loss);
        Assert.All(byOutputs, derivative => Assert.True(float.IsFinite(derivative)));
    }
}
