using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Sweeps;
using Mnist.Distributed.Training.Randomness;
using static Mnist.Distributed.Contracts.InvalidInputException;

namespace Mnist.Distributed.Coordinator.Sweeps.Values;

/// <summary>An option of a sweep.</summary>
/// <param name="Name">Its name, such as <c>--lr</c>.</param>
/// <param name="Values">Its values.</param>
internal sealed record SweepOption(string Name, ValueSource Values);

/// <summary>Combines the values of options to trials.</summary>
internal static class SweepGrid
{
    /// <summary>The option whose values are repetitions of a trial.</summary>
    public const string Seed = "--seed";

    /// <summary>
    /// After so many draws of a trial that is there already, no other is expected.
    /// </summary>
    private const int MostRepeats = 1000;

    /// <summary>
    /// All combinations of listed values. The values of the last option change first.
    /// </summary>
    /// <param name="options">The options; all values are listed.</param>
    /// <exception cref="InvalidInputException">There are too many.</exception>
    public static IReadOnlyList<IReadOnlyList<SweptValue>> All(IReadOnlyList<SweepOption> options)
    {
        var trials = options.Aggregate(1.0, (count, option) => count * ((ValueSource.Listed)option.Values).Values.Count);
        Require(trials <= SweepPlan.MostTrials, $"These values make {trials:N0} trials, but a sweep has at most {SweepPlan.MostTrials:N0}: give fewer values, or draw some of them with --random N.");
        IEnumerable<IReadOnlyList<SweptValue>> grid = [[]];
        foreach (var (name, values) in options)
        {
            grid = from trial in grid
                   from value in ((ValueSource.Listed)values).Values
                   select (IReadOnlyList<SweptValue>)[.. trial, new SweptValue(name, value)];
        }

        return [.. grid];
    }

    /// <summary>
    /// Combinations that are drawn at random, each with all values of <c>--seed</c>. None is drawn
    /// twice.
    /// </summary>
    /// <param name="options">The options.</param>
    /// <param name="count">How many combinations are drawn.</param>
    /// <param name="seed">The seed of the draws.</param>
    /// <exception cref="InvalidInputException">
    /// There are too many, or not enough to draw.
    /// </exception>
    public static IReadOnlyList<IReadOnlyList<SweptValue>> Draw(IReadOnlyList<SweepOption> options, int count, long seed)
    {
        Require(count >= 1, $"--random must be 1 or more, but is {count}.");
        var repetitions = options.Where(option => option.Name == Seed).ToArray();
        Require(repetitions.All(option => option.Values is ValueSource.Listed), "The values of --seed are repetitions of each trial, so they are not drawn: write them as A..B or with commas.");
        var repeated = All(repetitions);
        Require((double)count * repeated.Count <= SweepPlan.MostTrials, $"--random {count} with {repeated.Count} seeds makes {(double)count * repeated.Count:N0} trials, but a sweep has at most {SweepPlan.MostTrials:N0}: draw fewer.");
        var drawn = options.Except(repetitions).ToArray();
        Require(drawn.Length > 0, "--random draws the values of options, but no option other than --seed has several values: give one a range, such as --lr 0.001..0.1:log.");
        var known = new HashSet<string>();
        var trials = new List<IReadOnlyList<SweptValue>>();
        for (var (attempt, repeats) = (0, 0); trials.Count < count; attempt++)
        {
            var random = new KeyedRandom(seed, RandomPurpose.Sweep, attempt);
            var values = new List<SweptValue>();
            foreach (var option in drawn)
            {
                values.Add(new SweptValue(option.Name, option.Values.Draw(ref random)));
            }

            repeats = known.Add(string.Join('\n', values.Select(value => value.Value))) ? 0 : repeats + 1;
            Require(repeats < MostRepeats, $"There are hardly more than {trials.Count} different trials to draw, but --random asks for {count}: ask for fewer, or leave out --random.");
            if (repeats == 0)
            {
                trials.Add(values);
            }
        }

        return [.. from trial in trials from seeds in repeated select (IReadOnlyList<SweptValue>)[.. trial, .. seeds]];
    }
}
