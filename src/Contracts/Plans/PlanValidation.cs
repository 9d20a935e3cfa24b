using System.Globalization;
using System.Numerics;
using Mnist.Distributed.Contracts.Data;
using static Mnist.Distributed.Contracts.InvalidInputException;

namespace Mnist.Distributed.Contracts.Plans;

/// <summary>
/// Checks whether a plan can be run at all. Names of models, losses and data sets are checked where
/// they are resolved. The model or the optimizer that has a setting checks the setting.
/// </summary>
public static class PlanValidation
{
    /// <summary>The most workers a run may have.</summary>
    public const int MaxWorkers = 1024;

    /// <summary>
    /// The largest global batch. It is larger than every data set of the project; each worker has
    /// memory for its part of a batch.
    /// </summary>
    public const int MaxBatchSize = 65_536;

    /// <summary>
    /// The largest number of slices. A slice below some ten kilobytes takes as long as a smaller
    /// one, so more slices would not help.
    /// </summary>
    public const int MaxSlices = 64;

    /// <summary>The largest fan-out of a slice.</summary>
    public const int MaxFanOut = 64;

    private const int Sha256Letters = 64;

    private const int MostLettersOfFile = 255;

    /// <summary>Refuses a plan with a value out of range.</summary>
    /// <exception cref="InvalidInputException">
    /// A value is out of range. The message names it.
    /// </exception>
    public static void Validate(TrainingPlan plan)
    {
        Require(plan.Workers is >= 1 and <= MaxWorkers, $"Workers must be from 1 to {MaxWorkers}, but is {plan.Workers}.", nameof(plan.Workers));
        Require(plan.BatchSize is >= 1 and <= MaxBatchSize, $"BatchSize must be from 1 to {MaxBatchSize}, but is {plan.BatchSize}.", nameof(plan.BatchSize));
        Require(
            plan.BatchSize >= plan.Workers,
            $"BatchSize {plan.BatchSize} is the global batch and cannot be split over {plan.Workers} workers: raise BatchSize or lower Workers.",
            nameof(plan.BatchSize),
            nameof(plan.Workers));
        Require(plan.Epochs >= 1, $"Epochs must be at least 1, but is {plan.Epochs}.", nameof(plan.Epochs));
        Require(
            float.IsFinite(plan.LearningRate) && plan.LearningRate > 0,
            $"LearningRate must be a finite number above 0, but is {plan.LearningRate}.",
            nameof(plan.LearningRate));
        Require(plan.WarmupSteps >= 0, $"WarmupSteps must be 0 or a number of steps, but is {plan.WarmupSteps}.", nameof(plan.WarmupSteps));
        RequireLimit(plan.ClipValue, nameof(plan.ClipValue));
        RequireLimit(plan.ClipNorm, nameof(plan.ClipNorm));
        Require(plan.Ema is null || (float)plan.Ema is > 0 and < 1, $"Ema must be above 0 and below 1, such as 0.999, but is {plan.Ema}.", nameof(plan.Ema));
        Require(plan.Patience >= 0, $"Patience must be 0 or a number of epochs, but is {plan.Patience}.", nameof(plan.Patience));
        Require(
            plan.Target is not { } target || (plan.Metric.IsShare ? target is >= 0 and <= 1 : double.IsFinite(target)),
            plan.Metric.IsShare
                ? string.Create(CultureInfo.InvariantCulture, $"Target must be from 0 to 1, because the {plan.Metric.Name} is a fraction (0.98 means 98 %), but is {plan.Target}.")
                : string.Create(CultureInfo.InvariantCulture, $"Target must be a finite value of the {plan.Metric.Name}, but is {plan.Target}."),
            nameof(plan.Target));
        Require(plan.ImageSize is null or { IsValid: true }, $"ImageSize must be from 1x1 to {ImageSize.Most}x{ImageSize.Most}, but is {plan.ImageSize}.", nameof(plan.ImageSize));
        Require(plan.Samples >= 1, $"Samples must be at least 1, but is {plan.Samples}.", nameof(plan.Samples));
        Require(
            (plan.ModelsFile, plan.ModelsSha256) is (null, null) or ({ }, { Length: Sha256Letters }) && IsFileName(plan.ModelsFile),
            "ModelsFile must be the name of a file without a folder, and comes with its SHA-256: give the file again.",
            nameof(plan.ModelsFile));
        Require(
            (plan.Teacher, plan.TeacherSha256) is (null, null) or ({ Length: > 0 }, { Length: Sha256Letters }),
            "Teacher must be the path of a file, and comes with its SHA-256: give the file again.",
            nameof(plan.Teacher));
    }

    /// <summary>
    /// Refuses a plan whose values do not fit its number of steps, which the data decide.
    /// </summary>
    /// <exception cref="InvalidInputException">A value does not fit.</exception>
    public static void ValidateSteps(TrainingPlan plan) => Require(
        plan.WarmupSteps < plan.TotalSteps,
        $"WarmupSteps {plan.WarmupSteps} must be below the {plan.TotalSteps} steps of the run: lower WarmupSteps or raise Epochs.",
        nameof(plan.WarmupSteps),
        nameof(plan.Epochs));

    /// <summary>Refuses options with a value out of range.</summary>
    /// <exception cref="InvalidInputException">
    /// A value is out of range. The message names it.
    /// </exception>
    public static void Validate(RunOptions options)
    {
        Require(
            options.CheckpointEvery >= 0,
            $"CheckpointEvery must be 0 or a number of steps, but is {options.CheckpointEvery}.",
            nameof(options.CheckpointEvery));
        Require(options.HashEvery >= 0, $"HashEvery must be 0 or a number of steps, but is {options.HashEvery}.", nameof(options.HashEvery));
        Require(options.Slices is >= 1 and <= MaxSlices, $"Slices must be from 1 to {MaxSlices}, but is {options.Slices}.", nameof(options.Slices));
        Require(options.PauseAfter >= 0, $"PauseAfter must be 0 or a number of epochs, but is {options.PauseAfter}.", nameof(options.PauseAfter));
        Require(
            !(options.IsOnOneSilo && options.Slices > 1),
            $"A run on one silo has nobody to share slices with: leave out Slices {options.Slices}.",
            nameof(options.Slices));
        RunLabels.Validate(options.Labels);
        Require(Enum.IsDefined(options.Keep), $"Keep must be last or best, but is {options.Keep}.", nameof(options.Keep));
        Require(
            options.FanOut is >= 2 and <= MaxFanOut && BitOperations.IsPow2(options.FanOut),
            $"FanOut must be a power of two from 2 to {MaxFanOut}, but is {options.FanOut}.",
            nameof(options.FanOut));
    }

    private static void RequireLimit(float? limit, string name) => Require(
        limit is null || (float.IsFinite(limit.Value) && limit > 0), $"{name} must be a finite number above 0, but is {limit}.", name);

    /// <summary>
    /// Whether a text can name a file in a folder that is given elsewhere: it leads to no other
    /// folder.
    /// </summary>
    private static bool IsFileName(string? name) => name is null
        || (name.Length is > 0 and <= MostLettersOfFile && name is not ("." or "..") && Printable.Is(name) && name.AsSpan().IndexOfAny('/', '\\', ':') < 0);
}
