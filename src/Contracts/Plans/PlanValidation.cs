using Mnist.Distributed.Contracts.Data;
using System.Numerics;
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
        Require(plan.ImageSize is null or { IsValid: true }, $"ImageSize must be from 1x1 to {ImageSize.Most}x{ImageSize.Most}, but is {plan.ImageSize}.", nameof(plan.ImageSize));
        Require(plan.Samples >= 1, $"Samples must be at least 1, but is {plan.Samples}.", nameof(plan.Samples));
    }

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
        Require(
            options.FanOut is >= 2 and <= MaxFanOut && BitOperations.IsPow2(options.FanOut),
            $"FanOut must be a power of two from 2 to {MaxFanOut}, but is {options.FanOut}.",
            nameof(options.FanOut));
    }
}
