using Mnist.Distributed.Contracts.Plans;
using static Mnist.Distributed.Contracts.InvalidInputException;

namespace Mnist.Distributed.Contracts.Sweeps;

/// <summary>What a sweep trains: many runs that differ in the values of some options.</summary>
/// <param name="Trials">The trials, in the order in which they start.</param>
/// <param name="Options">
/// The options of all trials. A trial trains on one silo, and its labels name its sweep.
/// </param>
/// <param name="Halving">
/// Successive halving: the best of so many trials goes on at each rung. With 0, all trials train to
/// their end.
/// </param>
/// <param name="Command">The command that repeats the sweep.</param>
[GenerateSerializer, Immutable, Alias("mnist.SweepPlan")]
public sealed record SweepPlan(
    [property: Id(0)] IReadOnlyList<SweepTrial> Trials,
    [property: Id(1)] RunOptions Options,
    [property: Id(2)] int Halving,
    [property: Id(3)] string Command)
{
    /// <summary>The most trials of a sweep.</summary>
    public const int MostTrials = 10_000;

    /// <summary>The most trials of which only the best goes on at a rung.</summary>
    public const int MostHalving = 100;

    /// <summary>The options that the trials differ in.</summary>
    public IReadOnlyList<string> Swept => [.. Trials[0].Values.Select(value => value.Option)];

    /// <summary>Refuses a sweep with a value out of range.</summary>
    /// <exception cref="InvalidInputException">
    /// A value is out of range. The message says which.
    /// </exception>
    public static void Validate(SweepPlan sweep)
    {
        Require(sweep.Trials.Count is >= 1 and <= MostTrials, $"A sweep has 1 to {MostTrials:N0} trials, but this one has {sweep.Trials.Count:N0}: give fewer values, or draw some of them with --random N.");
        Require(sweep.Halving is 0 or (>= 2 and <= MostHalving), $"--halving must be from 2 to {MostHalving}, but is {sweep.Halving}: of so many trials, the best goes on.");
        Require(sweep.Halving == 0 || sweep.Trials.All(trial => trial.Plan.Epochs == sweep.Trials[0].Plan.Epochs), "With --halving, all trials have the same number of epochs: leave out the values of --epochs, or --halving.");
        Require(sweep.Trials.All(trial => trial.Plan.Metric == sweep.Trials[0].Plan.Metric), "The trials of a sweep are compared by one metric: sweep losses or tasks of one metric only.");
        PlanValidation.Validate(sweep.Options);
        foreach (var trial in sweep.Trials)
        {
            PlanValidation.Validate(trial.Plan);
        }
    }
}

/// <summary>A trial: one run of a sweep.</summary>
/// <param name="Number">Its number in the sweep, from 1.</param>
/// <param name="Values">The values of the options that are swept.</param>
/// <param name="Plan">The plan of its run, as of the same <c>mnist train</c>.</param>
/// <param name="Command">The command that trains the same alone.</param>
[GenerateSerializer, Immutable, Alias("mnist.SweepTrial")]
public sealed record SweepTrial(
    [property: Id(0)] int Number,
    [property: Id(1)] IReadOnlyList<SweptValue> Values,
    [property: Id(2)] TrainingPlan Plan,
    [property: Id(3)] string Command);

/// <summary>The value of an option in a trial.</summary>
/// <param name="Option">Name of the option, such as <c>--lr</c>.</param>
/// <param name="Value">The value, as on a command line.</param>
[GenerateSerializer, Immutable, Alias("mnist.SweptValue")]
public sealed record SweptValue([property: Id(0)] string Option, [property: Id(1)] string Value);
