using System.Globalization;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Coordinator.Terminal;
using Mnist.Distributed.Training.Data;

namespace Mnist.Distributed.Coordinator.Runs;

/// <summary>
/// What a user should hear of a run beyond its numbers: that its loss does not move, that a class
/// is never recognised, how to train on.
/// </summary>
/// <param name="plan">What is trained.</param>
/// <param name="data">What it is trained on.</param>
/// <param name="command">The command that started it, without where to begin, how long to train and
/// where the results go.</param>
internal sealed class RunRemarks(TrainingPlan plan, DataSet data, string command)
{
    /// <summary>A loss this near to that of guessing has not moved.</summary>
    private const double Tolerance = 0.005;

    /// <summary>With fewer steps nothing need have been learnt.</summary>
    private const int FewSteps = 100;

    private bool _saidThatLossStays;

    /// <summary>What there is to say after an epoch; null when there is nothing.</summary>
    public string? AfterEpoch(IReadOnlyList<EpochMetrics> epochs)
    {
        var guessing = Math.Log(ImageSet.Classes);
        if (_saidThatLossStays || epochs.Sum(epoch => epoch.Steps) < FewSteps || Math.Abs(epochs[^1].TrainLoss - guessing) > Tolerance * guessing)
        {
            return null;
        }

        _saidThatLossStays = true;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"The training loss is still that of guessing (ln {ImageSet.Classes} = {guessing:F4}): the model learns nothing. Try another --lr or another --seed.");
    }

    /// <summary>What there is to say of the result.</summary>
    public IEnumerable<string> AtEnd(TrainingState state)
    {
        // The other models have no output that can die, and their evaluation would take long.
        if (plan.Model != "mlp" || state.Step < FewSteps)
        {
            yield break;
        }

        var unrecognised = TestResult.Of(plan, state, data).ClassAccuracy.Where(entry => entry.Value == 0).Select(entry => entry.Key).ToArray();
        if (unrecognised.Length > 0)
        {
            yield return $"No test image of {string.Join(", ", unrecognised)} is recognised. With the recipe's trailing ReLU an output dies when it is negative for every image: it never learns again. "
                + "Another --seed may keep it alive, and --model mlp-logits has no such ReLU.";
        }
    }

    /// <summary>The command that trains on from weights.</summary>
    public string HowToTrainOn(string weights, int epochs) =>
        $"To train on from these weights, in a new run (momentum and the order of the samples begin anew): {command} --init {ShellWord.Quoted(weights)} --epochs {epochs}";
}
