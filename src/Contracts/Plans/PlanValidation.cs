using System.Numerics;
using Mnist.Distributed.Contracts.Runs;
using static Mnist.Distributed.Contracts.InvalidInputException;

namespace Mnist.Distributed.Contracts.Plans;

/// <summary>Says whether a plan can be run at all; the names it mentions are checked where they are resolved.</summary>
public static class PlanValidation
{
    /// <summary>The most workers a run may have.</summary>
    public const int MaxWorkers = 1024;

    /// <summary>The largest global batch, more than the samples of any data set; each worker has memory for its part of one.</summary>
    public const int MaxBatchSize = 65_536;

    /// <summary>The widest hidden layer: with it the MLP's vector is 52 MB, and a message between silos may have 100 MB.</summary>
    public const int MaxHidden = 16_384;

    /// <summary>The most slices a vector is cut into: below some ten kilobytes a slice costs as much as a smaller one.</summary>
    public const int MaxSlices = 64;

    /// <summary>The most parts that a silo passes a slice on to.</summary>
    public const int MaxFanOut = 64;

    /// <summary>Throws a sentence that names the option to change.</summary>
    /// <exception cref="InvalidInputException">A value is out of range.</exception>
    public static void Validate(TrainingPlan plan)
    {
        Require(plan.Workers is >= 1 and <= MaxWorkers, $"--workers must be from 1 to {MaxWorkers}, but is {plan.Workers}.");
        Require(plan.BatchSize is >= 1 and <= MaxBatchSize, $"--batch-size must be from 1 to {MaxBatchSize}, but is {plan.BatchSize}.");
        Require(
            plan.BatchSize >= plan.Workers,
            $"--batch-size {plan.BatchSize} is the global batch and cannot be split over {plan.Workers} workers: "
            + "raise --batch-size or lower --workers.");
        Require(plan.Epochs >= 1, $"--epochs must be at least 1, but is {plan.Epochs}.");
        Require(float.IsFinite(plan.LearningRate) && plan.LearningRate > 0, $"--lr must be a finite number above 0, but is {plan.LearningRate}.");
        Require(float.IsFinite(plan.Momentum) && plan.Momentum is >= 0 and < 1, $"--momentum must be from 0 to below 1, but is {plan.Momentum}.");
        Require(
            float.IsFinite(plan.WeightDecay) && plan.WeightDecay >= 0,
            $"--weight-decay must be a finite number of 0 or more, but is {plan.WeightDecay}.");
        Require(plan.Hidden is >= 1 and <= MaxHidden, $"--hidden must be from 1 to {MaxHidden}, but is {plan.Hidden}.");
        Require(float.IsFinite(plan.Dropout) && plan.Dropout is >= 0 and < 1, $"--dropout must be from 0 to below 1, but is {plan.Dropout}.");
        Require(plan.Samples >= 1, $"--limit must be at least 1, but is {plan.Samples}.");
    }

    /// <summary>Throws a sentence that names the option to change.</summary>
    /// <exception cref="InvalidInputException">A value is out of range.</exception>
    public static void Validate(RunOptions options)
    {
        Require(options.CheckpointEvery >= 0, $"--checkpoint-every must be 0 or a number of steps, but is {options.CheckpointEvery}.");
        Require(options.HashEvery >= 0, $"--ledger-every must be 0 or a number of steps, but is {options.HashEvery}.");
        Require(
            options.Slices is >= 1 and <= MaxSlices,
            $"--slices must be from 1 to {MaxSlices}, but is {options.Slices}.");
        Require(
            options.FanOut is >= 2 and <= MaxFanOut && BitOperations.IsPow2(options.FanOut),
            $"--fan-out must be a power of two from 2 to {MaxFanOut}, but is {options.FanOut}.");
    }
}
