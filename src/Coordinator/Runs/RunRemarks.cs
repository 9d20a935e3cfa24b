using System.Globalization;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Training.Catalogue;

namespace Mnist.Distributed.Coordinator.Runs;

/// <summary>
/// Remarks on a run for the user, beyond its numbers: that the loss does not change.
/// </summary>
/// <param name="setup">The run's plan, model, objective and optimizer.</param>
internal sealed class RunRemarks(TrainingSetup setup)
{
    /// <summary>A loss counts as unchanged if it is this near to the loss of guessing.</summary>
    private const double Tolerance = 0.005;

    /// <summary>With fewer steps than this, a model may have learned nothing yet.</summary>
    private const int FewSteps = 100;

    /// <summary>The one loss for which the value of guessing is known.</summary>
    private const string CrossEntropy = "cross-entropy";

    private bool _saidThatLossStays;

    /// <summary>The remark after an epoch; null if there is none.</summary>
    public string? AfterEpoch(IReadOnlyList<EpochMetrics> epochs)
    {
        var guessing = Math.Log(setup.Plan.Data.Classes.Count);
        if (_saidThatLossStays || setup.Plan.Loss != CrossEntropy || epochs.Sum(epoch => epoch.Steps) < FewSteps || Math.Abs(epochs[^1].TrainLoss - guessing) > Tolerance * guessing)
        {
            return null;
        }

        _saidThatLossStays = true;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"The training loss is still that of guessing (ln {setup.Plan.Data.Classes.Count} = {guessing:F4}): the model learns nothing. Try another --lr or another --seed.");
    }
}
