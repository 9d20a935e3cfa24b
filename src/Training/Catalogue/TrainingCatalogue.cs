using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Training.Assemblies;
using Mnist.Distributed.Training.Losses;
using Mnist.Distributed.Training.Models;
using Mnist.Distributed.Training.Models.Fast;
using Mnist.Distributed.Training.Models.Modules;
using Mnist.Distributed.Training.Objectives;
using Mnist.Distributed.Training.Optimizers;
using Mnist.Distributed.Training.Schedules;
using Mnist.Distributed.Training.State;
using Mnist.Distributed.Training.Tasks;

namespace Mnist.Distributed.Training.Catalogue;

/// <summary>
/// The models, losses, optimizers and schedules that a program knows by name. A program that adds
/// its own makes a catalogue that contains them. All silos of a cluster must have the same
/// catalogue.
/// </summary>
public sealed class TrainingCatalogue
{
    /// <summary>
    /// The schedules of this project: one line for each. It comes before the catalogue, which needs
    /// it.
    /// </summary>
    private static readonly IReadOnlyList<ScheduleDefinition> StandardSchedules =
    [
        ConstantSchedule.Definition,
        StepSchedule.Definition,
        MultiStepSchedule.Definition,
        ExponentialSchedule.Definition,
        CosineSchedule.Definition,
        OneCycleSchedule.Definition,
        PolynomialSchedule.Definition,
    ];

    /// <summary>The tasks of this project: one line for each.</summary>
    private static readonly IReadOnlyList<TaskDefinition> StandardTasks =
    [
        ClassTask.Definition,
        BinaryTask.EvenOdd,
        BinaryTask.OneVersusRest,
        MaskTask.Definition,
        BoxTask.Definition,
        EmbeddingTask.Definition,
        StringTask.Definition,
    ];

    /// <summary>The models, losses and optimizers of this project: one line for each.</summary>
    public static TrainingCatalogue Standard { get; } = new()
    {
        Models =
        [
            MlpNetwork.Recipe,
            MlpNetwork.Logits,
            CnnNetwork.Definition,
            MlpModel.Definition,
            CnnModel.Definition,
            ResidualNet.Definition,
            InkNet.Definition,
            BoxNet.Definition,
            ReaderNet.Definition,
        ],
        Losses =
        [
            CrossEntropyLoss.Definition,
            CrossEntropyLoss.Sparse,
            CategoricalCrossEntropyLoss.Definition,
            CrossEntropyLoss.NegativeLogLikelihood,
            KlDivergenceLoss.Definition,
            BinaryCrossEntropyLoss.Definition,
            HingeLoss.Definition,
            SquaredError.Definition,
            AbsoluteError.Definition,
            HuberLoss.Definition,
            CosineLoss.Definition,
            DiceLoss.Definition,
            IoULoss.Definition,
            TripletLoss.Definition,
            CtcLoss.Definition,
        ],
        Optimizers =
        [
            Sgd.Definition,
            Adam.Definition,
            AdamW.Definition,
            RmsProp.Definition,
            Adagrad.Definition,
        ],
    };

    /// <summary>The models, in the order in which help lists them.</summary>
    public required IReadOnlyList<ModelDefinition> Models { get; init; }

    /// <summary>The losses, in the order in which help lists them.</summary>
    public required IReadOnlyList<LossDefinition> Losses { get; init; }

    /// <summary>The optimizers, in the order in which help lists them.</summary>
    public required IReadOnlyList<OptimizerDefinition> Optimizers { get; init; }

    /// <summary>
    /// The schedules, in the order in which help lists them. Default: those of this project.
    /// </summary>
    public IReadOnlyList<ScheduleDefinition> Schedules { get; init; } = StandardSchedules;

    /// <summary>
    /// The tasks, in the order in which help lists them. Default: those of this project.
    /// </summary>
    public IReadOnlyList<TaskDefinition> Tasks { get; init; } = StandardTasks;

    /// <summary>The task called <paramref name="name"/>.</summary>
    /// <exception cref="InvalidInputException">The catalogue has no such task.</exception>
    public TaskDefinition Task(string name) => Find("task", name, Tasks, task => task.Name, elsewhere: "");

    /// <summary>The model called <paramref name="name"/>.</summary>
    /// <exception cref="InvalidInputException">The catalogue has no such model.</exception>
    public ModelDefinition Model(string name) => Find("model", name, Models, model => model.Name);

    /// <summary>The loss called <paramref name="name"/>.</summary>
    /// <exception cref="InvalidInputException">The catalogue has no such loss.</exception>
    public LossDefinition Loss(string name) => Find("loss", name, Losses, loss => loss.Name);

    /// <summary>The optimizer called <paramref name="name"/>.</summary>
    /// <exception cref="InvalidInputException">The catalogue has no such optimizer.</exception>
    public OptimizerDefinition Optimizer(string name) => Find("optimizer", name, Optimizers, optimizer => optimizer.Name);

    /// <summary>The schedule called <paramref name="name"/>.</summary>
    /// <exception cref="InvalidInputException">The catalogue has no such schedule.</exception>
    public ScheduleDefinition Schedule(string name) => Find("schedule", name, Schedules, schedule => schedule.Name);

    /// <summary>The learning rate of each step of a plan.</summary>
    /// <exception cref="InvalidInputException">The schedule is unknown.</exception>
    public LearningRate Rate(TrainingPlan plan) => new(plan, Schedule(plan.Schedule).Create(plan));

    /// <summary>How the steps of a plan change the state.</summary>
    /// <exception cref="InvalidInputException">
    /// The catalogue lacks a name of the plan, or a setting is out of range or without effect.
    /// </exception>
    public UpdateRule Rule(TrainingPlan plan) => new(
        plan.Optimizer,
        Optimizer(plan.Optimizer).Create(plan.OptimizerSettings),
        Rate(plan),
        new GradientClip(plan.ClipValue, plan.ClipNorm),
        plan.Ema);

    /// <summary>
    /// Fills in the defaults of all settings of a plan, the metric of its objective, and the user's
    /// assembly that it needs.
    /// </summary>
    /// <exception cref="InvalidInputException">
    /// The catalogue lacks a name of the plan, a setting is unknown or out of range, or the plan
    /// notes another assembly.
    /// </exception>
    public TrainingPlan Complete(TrainingPlan plan)
    {
        plan = PlanObjective.Complete(PlanCode.Note(plan, this), this) with
        {
            OptimizerSettings = plan.OptimizerSettings.Complete(Optimizer(plan.Optimizer).Settings, $"optimizer {plan.Optimizer}"),
            ScheduleSettings = plan.ScheduleSettings.Complete(Schedule(plan.Schedule).Settings, $"schedule {plan.Schedule}"),
        };
        return plan with { Metric = Objective(plan).Metric };
    }

    /// <summary>The task of a plan, made for its data.</summary>
    /// <exception cref="InvalidInputException">
    /// There is no such task, or it cannot be made of such data.
    /// </exception>
    public LearningTask TaskOf(TrainingPlan plan) => Task(plan.Task).Create(plan.Data, plan.TaskSettings);

    /// <summary>
    /// The objective of a plan, without its teacher: enough to know its outputs and its metrics.
    /// </summary>
    /// <param name="plan">The plan, with all settings filled in.</param>
    /// <exception cref="InvalidInputException">The loss cannot train the task.</exception>
    public IObjective Objective(TrainingPlan plan) => PlanObjective.Of(plan, this, teacher: null);

    /// <summary>This catalogue with a user's entries.</summary>
    /// <param name="code">The assembly that defines them.</param>
    /// <param name="register">
    /// Adds them. It is the user's code, so whatever it throws is a refusal.
    /// </param>
    /// <exception cref="InvalidInputException">
    /// A name exists already or cannot be used, or <paramref name="register"/> has thrown.
    /// </exception>
    public TrainingCatalogue With(OwnCode code, Action<CatalogueBuilder> register)
    {
        var builder = new CatalogueBuilder(this, code);
        try
        {
            register(builder);
        }
        catch (Exception failure) when (failure is not InvalidInputException)
        {
            throw new InvalidInputException(
                $"{code.File} could not register its models ({failure.GetType().Name}: {Printable.Of(failure.Message.TrimEnd('.'))}): correct its code.", failure);
        }

        return builder.Build();
    }

    /// <summary>The assemblies of the user's that define entries of this catalogue.</summary>
    public IEnumerable<OwnCode> Codes => new[]
    {
        Models.Select(model => model.Code),
        Losses.Select(loss => loss.Code),
        Optimizers.Select(optimizer => optimizer.Code),
        Schedules.Select(schedule => schedule.Code),
    }.SelectMany(codes => codes).OfType<OwnCode>().Distinct();

    private static T Find<T>(string kind, string name, IReadOnlyList<T> known, Func<T, string> nameOf, string elsewhere = $", or give the file that has it as {nameof(TrainingPlan.ModelsFile)}")
        where T : class => known.FirstOrDefault(entry => nameOf(entry) == name)
        ?? throw new InvalidInputException(
            $"There is no {kind} '{Printable.Of(name)}': {Spelling.Advice(name, known.Select(nameOf), $"choose one of {string.Join(", ", known.Select(nameOf))}{elsewhere}.")}",
            [nameof(TrainingPlan.ModelsFile)]);
}
