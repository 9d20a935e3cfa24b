using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Data;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Training.Assemblies;
using Mnist.Distributed.Training.Losses;
using Mnist.Distributed.Training.Models;
using Mnist.Distributed.Training.Native;
using Mnist.Distributed.Training.Objectives;
using Mnist.Distributed.Training.State;
using Mnist.Distributed.Training.Tasks;
using Mnist.Distributed.Training.Vectors;

namespace Mnist.Distributed.Training.Catalogue;

/// <summary>
/// A plan with the model, the objective, the optimizer and the schedule that it names.
/// </summary>
/// <param name="Plan">The plan, with all settings filled in.</param>
/// <param name="Model">The plan's model, made for the plan's data and objective.</param>
/// <param name="Objective">The objective of the plan's loss.</param>
/// <param name="Rule">
/// The plan's optimizer with schedule, clipping and average, with the plan's settings.
/// </param>
public sealed record TrainingSetup(TrainingPlan Plan, Model Model, IObjective Objective, UpdateRule Rule)
{
    /// <summary>The task.</summary>
    public required LearningTask Task { get; init; }

    /// <summary>
    /// How outputs become probabilities; null if they are none. It depends on the loss.
    /// </summary>
    public OutputProbabilities? Probabilities { get; init; }

    /// <summary>The shape of the images that the model sees.</summary>
    public SampleShape Input => Task.Input;

    /// <summary>The teacher; null for no teacher.</summary>
    public Teacher? Teacher { get; init; }

    /// <summary>The sizes that decide how much memory the run takes.</summary>
    public ModelSize Size => new(Model.Layout.Length, Model.Layout.ParameterLength, Rule.Slots, Model.FloatsPerSample);

    /// <summary>
    /// The fingerprint that this process has for the plan: that of its numerics; name and SHA-256
    /// of the user's assembly if the plan needs one; and the gradient with which a module was
    /// tried.
    /// </summary>
    public string Fingerprint => string.Join("; ", new[]
    {
        LibTorch.Fingerprint,
        PlanCode.Of(Plan) is { } code ? $"models of {code}" : null,
        Model.ProbedGradient is not null && !Convolutions.UseOneDnn ? "convolutions without oneDNN" : null,
        Model.ProbedGradient is { } gradient ? $"trial gradient {OwnCode.Short(gradient)}" : null,
        Teacher?.Model.ProbedGradient is { } taught ? $"teacher's trial gradient {OwnCode.Short(taught)}" : null,
    }.Where(part => part is not null));

    /// <summary>Makes what a plan names.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="catalogue">Knows the names. Default:
    /// <see cref="TrainingCatalogue.Standard"/>.</param>
    /// <exception cref="InvalidInputException">
    /// A name or setting is unknown or out of range, the model does not fit the data, or the state
    /// is too large to be sent and stored.
    /// </exception>
    public static TrainingSetup Of(TrainingPlan plan, TrainingCatalogue? catalogue = null)
    {
        catalogue ??= TrainingCatalogue.Standard;
        plan = catalogue.Complete(plan);
        var teacher = plan.Teacher is null ? null : TeacherFile.Read(plan, catalogue);
        var objective = PlanObjective.Of(plan, catalogue, teacher);
        var task = catalogue.TaskOf(plan);
        var model = catalogue.Model(plan.Model).Create(new ModelShape(plan.ModelSettings, task.Input, plan.Data.Normalisation, objective.Outputs));
        PlanObjective.RequireFit(plan, catalogue, model);
        InvalidInputException.Require(
            plan.BatchSize * (long)model.Outputs <= Array.MaxLength,
            $"BatchSize {plan.BatchSize} with {model.Outputs} outputs for each sample is more than an array can hold: lower BatchSize.",
            nameof(plan.BatchSize));
        PlanValidation.ValidateSteps(plan);
        var setup = new TrainingSetup(plan, model, objective, catalogue.Rule(plan))
        {
            Task = task,
            Teacher = teacher,
            Probabilities = catalogue.Loss(plan.Loss).Probabilities,
        };
        RequireStorable(plan, setup.Size);
        return setup;
    }

    /// <summary>What a network says, with probabilities if the loss gives them.</summary>
    /// <param name="outputs">Its outputs for the image.</param>
    public Answer Read(ReadOnlySpan<float> outputs) =>
        Probabilities is null ? Task.Read(outputs) : Task.Read(outputs).With(Probabilities(outputs));

    /// <summary>Draws the plan's state at step 0.</summary>
    /// <param name="loop">Works on parts of the vector. Default: one part after the other.</param>
    public ModelState NewState(ParallelLoop? loop = null) => new(Plan, Model.Layout, Rule, loop);

    /// <summary>Refuses a state that is too large to be stored.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="size">The size of its model, with the slots.</param>
    /// <param name="keep">Whether the best weights are stored beside the state.</param>
    /// <exception cref="InvalidInputException">The state is too large.</exception>
    public static void RequireStorable(TrainingPlan plan, ModelSize size, KeptEpoch keep = KeptEpoch.Last)
    {
        var vectors = keep == KeptEpoch.Best ? 2L : 1;
        var bytes = sizeof(float) * ((vectors * size.Vector) + ((long)size.Slots * size.Parameters));
        InvalidInputException.Require(
            bytes <= StateLimits.MostStateBytes,
            $"The state of {plan.Model} has {bytes / 1_000_000} MB with {size.Slots + vectors - 1} more numbers for each parameter, and may have {StateLimits.MostStateBytes / 1_000_000}: "
            + $"choose a smaller model, an Optimizer that keeps less, or no Ema{(keep == KeptEpoch.Best ? ", or Keep last" : "")}.",
            nameof(plan.Optimizer),
            nameof(plan.Ema),
            nameof(RunOptions.Keep));
    }
}
