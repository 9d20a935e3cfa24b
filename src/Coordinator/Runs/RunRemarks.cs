using System.Globalization;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Coordinator.Terminal;
using Mnist.Distributed.Training.Catalogue;
using Mnist.Distributed.Training.Data;
using Mnist.Distributed.Training.Models.Fast;

namespace Mnist.Distributed.Coordinator.Runs;

/// <summary>
/// What a user should hear of a run beyond its numbers: that its loss does not move, that a class
/// is never recognised, how to train on.
/// </summary>
/// <param name="setup">What is trained.</param>
/// <param name="data">What it is trained on.</param>
/// <param name="command">The command that started it, without where to begin, how long to train and
/// where the results go.</param>
internal sealed class RunRemarks(TrainingSetup setup, DataSet data, string command)
{
    /// <summary>A loss this near to that of guessing has not moved.</summary>
    private const double Tolerance = 0.005;

    /// <summary>With fewer steps nothing need have been learnt.</summary>
    private const int FewSteps = 100;

    /// <summary>The loss whose value for guessing is known.</summary>
    private const string CrossEntropy = "cross-entropy";

    private bool _saidThatLossStays;

    /// <summary>What there is to say after an epoch; null when there is nothing.</summary>
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

    /// <summary>What there is to say of the result.</summary>
    public IEnumerable<string> AtEnd(TrainingState state)
    {
        // The other models have no output that can die, and their evaluation would take long.
        if (setup.Plan.Model != MlpNetwork.Recipe.Name || state.Step < FewSteps)
        {
            yield break;
        }

        var unrecognised = TestResult.Of(setup, state, data).ByClass.Where(entry => entry.Value == 0).Select(entry => entry.Key).ToArray();
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
