using Mnist.Distributed.Contracts.Data;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Training.Catalogue;
using Mnist.Distributed.Training.Data;
using Mnist.Distributed.Training.Losses;
using Mnist.Distributed.Training.Models;
using Mnist.Distributed.Training.Objectives;

namespace Mnist.Distributed.Tests.Training.Losses;

/// <summary>Outputs and targets for which a loss is computed.</summary>
/// <param name="Name">What is special about it.</param>
/// <param name="Task">Name of the task.</param>
/// <param name="Loss">Name of the loss.</param>
/// <param name="Outputs">A row for each image.</param>
/// <param name="Labels">A label for each image.</param>
public sealed record LossCase(string Name, string Task, string Loss, float[][] Outputs, int[] Labels)
{
    private static readonly SampleShape Dot = new(1, 1, 1);

    /// <summary>Drawn targets: a row for each sample, or none.</summary>
    public float[][] Targets { get; init; } = [];

    /// <summary>Settings of the loss, as text.</summary>
    public Settings Settings { get; init; } = Settings.Empty;

    /// <summary>Images of a sample.</summary>
    public int ImagesPerSample { get; init; } = 1;

    /// <summary>Number of classes.</summary>
    public int Classes { get; init; } = 10;

    /// <summary>
    /// Whether a derivative does not exist there. Any between the derivatives from both sides is
    /// right, and PyTorch may choose another one.
    /// </summary>
    public bool IsKink { get; init; }

    /// <summary>
    /// Whether the loss jumps there, so that no difference comes near a derivative.
    /// </summary>
    public bool IsJump { get; init; }

    /// <summary>Whether the targets are a teacher's outputs.</summary>
    public bool IsTaught => Task == "digits" && Targets.Length > 0;

    /// <summary>The plan with all its settings.</summary>
    public TrainingPlan Plan => TrainingCatalogue.Standard.Complete(new TrainingPlan
    {
        Task = Task,
        Loss = Loss,
        LossSettings = Settings,
        Data = Recipe.Data with { Classes = ClassList.Numbered(Classes) },
    });

    /// <summary>The objective of the plan.</summary>
    public IObjective Objective
    {
        get
        {
            var plan = Plan;
            var catalogue = TrainingCatalogue.Standard;
            var task = catalogue.Task(Task).Create(plan.Data, plan.TaskSettings);
            return catalogue.Loss(Loss).Create(new LossRequest(task, plan.LossSettings, IsTaught ? new Teacher(null!, null!) : null))!;
        }
    }

    /// <summary>Loss and derivatives for outputs.</summary>
    /// <param name="objective">The objective of the plan.</param>
    /// <param name="outputs">The outputs, image after image.</param>
    /// <param name="byOutputs">Receives derivatives, or is empty.</param>
    public StepTotals Judge(IObjective objective, float[] outputs, Span<float> byOutputs)
    {
        var images = new ImageSet(new byte[Labels.Length], Array.ConvertAll(Labels, label => (ushort)label), Dot);
        var batch = new Batch(images, [.. Enumerable.Range(0, Labels.Length)]) { ImagesPerSample = ImagesPerSample, Targets = Targets.SelectMany(row => row).ToArray() };
        return objective.Judge(batch, outputs, byOutputs);
    }

    /// <inheritdoc />
    public override string ToString() => $"{Loss} on {Task}: {Name}";
}
