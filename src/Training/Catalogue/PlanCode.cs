using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Training.Assemblies;

namespace Mnist.Distributed.Training.Catalogue;

/// <summary>The user's assembly that a plan needs.</summary>
public static class PlanCode
{
    /// <summary>The assembly; null if the plan needs none.</summary>
    public static OwnCode? Of(TrainingPlan plan) =>
        plan is { ModelsFile: { } file, ModelsSha256: { } sha256 } ? new OwnCode(file, sha256) : null;

    /// <summary>
    /// Notes in a plan the assembly that it needs, or compares the assembly that it notes with the
    /// one that this process has.
    /// </summary>
    /// <param name="plan">The plan.</param>
    /// <param name="catalogue">The catalogue of this process.</param>
    /// <exception cref="InvalidInputException">
    /// This process has another assembly than the plan notes, or the plan needs two.
    /// </exception>
    internal static TrainingPlan Note(TrainingPlan plan, TrainingCatalogue catalogue)
    {
        if (Of(plan) is { } needed && !catalogue.Codes.Contains(needed))
        {
            throw new InvalidInputException(
                $"The plan needs the models of {needed}, but here {(catalogue.Codes.Any() ? $"are those of {string.Join(" and ", catalogue.Codes)}" : "are none but the built-in ones")}: "
                + "give the same file as ModelsFile, or use the program that has it.",
                [nameof(plan.ModelsFile)]);
        }

        OwnCode?[] all = [catalogue.Model(plan.Model).Code, catalogue.Loss(plan.Loss).Code, catalogue.Optimizer(plan.Optimizer).Code, catalogue.Schedule(plan.Schedule).Code];
        var used = all.OfType<OwnCode>().Distinct().ToArray();
        InvalidInputException.Require(
            used.Length <= 1,
            $"The plan takes its model, loss, optimizer and schedule from {string.Join(" and from ", used.Select(code => code.File))}: take them from one assembly.");
        var own = used.FirstOrDefault();
        InvalidInputException.Require(
            Of(plan) is not { } noted || own == noted,
            $"The plan needs the models of {plan.ModelsFile}, but what it uses is {(own is null ? "built in" : $"in {own.File}")} here: use the same program everywhere.");
        return plan with { ModelsFile = own?.File, ModelsSha256 = own?.Sha256 };
    }
}
