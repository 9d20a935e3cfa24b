using Mnist.Distributed.Training.Catalogue;

namespace Mnist.Distributed.Training.Reports;

/// <summary>
/// Remarks on what weights make of the test images, beyond the numbers: that outputs are dead, and
/// that classes are never recognised.
/// </summary>
internal static class ReportRemarks
{
    /// <summary>With fewer steps than this, a model may have learned nothing yet.</summary>
    private const int FewSteps = 100;

    /// <summary>The remarks, each a sentence.</summary>
    /// <param name="setup">The model and the task.</param>
    /// <param name="report">The report.</param>
    /// <param name="step">The step of the weights.</param>
    public static IEnumerable<string> Of(TrainingSetup setup, TestReport report, long step)
    {
        if (report.Classification is null || step < FewSteps)
        {
            yield break;
        }

        var names = setup.Plan.Data.Classes.Names;
        int[] dead = setup.Model.EndsInRelu && names.Count == setup.Objective.Outputs ? [.. report.DeadOutputs] : [];
        if (dead.Length > 0)
        {
            var (outputs, are, them) = dead.Length == 1 ? ("Output", "is", "it") : ("Outputs", "are", "them");
            yield return $"{outputs} {string.Join(", ", dead.Select(output => $"{output} ({names[output]})"))} {are} dead, 0 for every test image: "
                + $"the trailing ReLU of {setup.Plan.Model} gives {them} no gradient. Another seed may keep {them} alive; the model mlp-logits has no such ReLU.";
        }

        var unrecognised = report.ByClass.Where(entry => entry.Value == 0).Select(entry => entry.Key).Except(dead.Select(output => names[output])).ToArray();
        if (unrecognised.Length > 0)
        {
            yield return $"No test image of {string.Join(", ", unrecognised)} is recognised.{(setup.Model.EndsInRelu ? $" Where an output of {setup.Plan.Model} is 0, its trailing ReLU gives it no gradient; the model mlp-logits has no such ReLU." : "")}";
        }
    }
}
