namespace Mnist.Distributed.Training.Reports;

/// <summary>
/// Calibration: whether an answer is right as often as its probability says. The expected
/// calibration error is the mean difference between both over the answers, in bins of equal width
/// (Guo, Pleiss, Sun and Weinberger, 2017).
/// </summary>
public sealed class Calibration
{
    /// <summary>Number of bins.</summary>
    public const int Bins = 15;

    private readonly int[] _answers = new int[Bins];
    private readonly int[] _right = new int[Bins];
    private readonly double[] _confidence = new double[Bins];

    /// <summary>The expected calibration error, from 0 to 1.</summary>
    public double ExpectedError => Enumerable.Range(0, Bins).Sum(bin => Math.Abs(_confidence[bin] - _right[bin])) / Math.Max(1, _answers.Sum());

    /// <summary>
    /// The bins with answers: number of answers, their mean probability, and the share of right
    /// ones.
    /// </summary>
    public IReadOnlyList<CalibrationBin> Curve =>
    [
        .. Enumerable.Range(0, Bins).Where(bin => _answers[bin] > 0).Select(bin => new CalibrationBin(_answers[bin], _confidence[bin] / _answers[bin], (double)_right[bin] / _answers[bin])),
    ];

    /// <summary>Counts an answer.</summary>
    /// <param name="probability">Probability of the answer, from 0 to 1.</param>
    /// <param name="isRight">Whether it is right.</param>
    public void Add(double probability, bool isRight)
    {
        var bin = Math.Clamp((int)(probability * Bins), 0, Bins - 1);
        _answers[bin]++;
        _confidence[bin] += probability;
        _right[bin] += isRight ? 1 : 0;
    }
}

/// <summary>The answers with similar probabilities.</summary>
/// <param name="Answers">Their number.</param>
/// <param name="Probability">Their mean probability.</param>
/// <param name="Right">The share of right ones.</param>
public sealed record CalibrationBin(int Answers, double Probability, double Right);
