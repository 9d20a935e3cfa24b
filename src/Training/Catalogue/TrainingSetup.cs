using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Training.Models;
using Mnist.Distributed.Training.Objectives;
using Mnist.Distributed.Training.Optimizers;
using Mnist.Distributed.Training.State;
using Mnist.Distributed.Training.Vectors;

namespace Mnist.Distributed.Training.Catalogue;

/// <summary>A plan with the model, the objective and the optimizer that it names.</summary>
/// <param name="Plan">The plan, with all settings filled in.</param>
/// <param name="Model">The plan's model, made for the plan's data and objective.</param>
/// <param name="Objective">The objective of the plan's loss.</param>
/// <param name="Optimizer">The plan's optimizer, with the plan's settings.</param>
public sealed record TrainingSetup(TrainingPlan Plan, Model Model, IObjective Objective, IOptimizer Optimizer)
{
    /// <summary>
    /// The limit in bytes of a model's vector, because a vector is sent as one message.
    /// </summary>
    private const long MostVectorBytes = 100_000_000;

    /// <summary>The sizes that decide how much memory the run takes.</summary>
    public ModelSize Size => new(Model.Layout.Length, Model.Layout.ParameterLength, Optimizer.Slots, Model.FloatsPerSample);

    /// <summary>Makes the model, the objective and the optimizer that a plan names.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="catalogue">Knows the names. Default:
    /// <see cref="TrainingCatalogue.Standard"/>.</param>
    /// <exception cref="InvalidInputException">
    /// A name or setting is unknown or out of range, the model does not fit the data, or the model
    /// is too large to be sent.
    /// </exception>
    public static TrainingSetup Of(TrainingPlan plan, TrainingCatalogue? catalogue = null)
    {
        catalogue ??= TrainingCatalogue.Standard;
        plan = catalogue.Complete(plan);
        var objective = catalogue.Loss(plan.Loss).Create(plan.Data);
        var model = catalogue.Model(plan.Model).Create(new ModelShape(plan.ModelSettings, plan.Data.Sample, plan.Data.Normalisation, objective.Outputs));
        var bytes = sizeof(float) * (long)model.Layout.Length;
        InvalidInputException.Require(
            bytes <= MostVectorBytes,
            $"The model {plan.Model} has {bytes / 1_000_000} MB of parameters for this data, and may have {MostVectorBytes / 1_000_000}: choose a smaller one.");
        InvalidInputException.Require(
            plan.BatchSize * (long)model.Outputs <= Array.MaxLength,
            $"BatchSize {plan.BatchSize} with {model.Outputs} outputs for each sample is more than an array can hold: lower BatchSize.",
            nameof(plan.BatchSize));
        return new TrainingSetup(plan, model, objective, catalogue.Optimizer(plan.Optimizer).Create(plan.OptimizerSettings));
    }

    /// <summary>Draws the plan's state at step 0.</summary>
    /// <param name="loop">Works on parts of the vector. Default: one part after the other.</param>
    public ModelState NewState(ParallelLoop? loop = null) => new(Plan, Model.Layout, Optimizer, loop);
}
