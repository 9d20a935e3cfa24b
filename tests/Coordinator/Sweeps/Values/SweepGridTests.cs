using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Sweeps;
using Mnist.Distributed.Coordinator.Sweeps.Values;
using Xunit;

namespace Mnist.Distributed.Tests.Coordinator.Sweeps.Values;

/// <summary>The combinations of values.</summary>
public sealed class SweepGridTests
{
    [Fact]
    public void The_grid_has_each_combination_once_and_the_last_option_changes_first() => Assert.Equal(
        ["--lr 1 --seed 0", "--lr 1 --seed 1", "--lr 2 --seed 0", "--lr 2 --seed 1"],
        SweepGrid.All([Of("--lr", "1,2"), Of("--seed", "0..1")]).Select(Text));

    [Fact]
    public void A_grid_with_too_many_trials_is_refused_before_it_is_made()
    {
        var many = Of("--a", "1..10000");
        var refusal = Assert.Throws<InvalidInputException>(() => SweepGrid.All([many, many with { Name = "--b" }, many with { Name = "--c" }]));
        Assert.Contains("1,000,000,000,000 trials", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Draws_depend_on_the_seed_only_and_none_comes_twice()
    {
        SweepOption[] options = [Of("--lr", "1e-4..1:log", mayDraw: true), Of("--hidden", "10..20", mayDraw: true), Of("--optimizer", "sgd,adam")];
        var drawn = SweepGrid.Draw(options, 40, seed: 3).Select(Text).ToArray();
        Assert.Equal(40, drawn.Distinct().Count());
        Assert.Equal(drawn, SweepGrid.Draw(options, 40, seed: 3).Select(Text));
        Assert.Equal(drawn[..10], SweepGrid.Draw(options, 10, seed: 3).Select(Text));
        Assert.NotEqual(drawn, SweepGrid.Draw(options, 40, seed: 4).Select(Text));
    }

    /// <summary>The numbers would change if a machine drew others.</summary>
    [Fact]
    public void The_first_draws_are_these() => Assert.Equal(
        FirstDraws, SweepGrid.Draw([Of("--lr", "1e-4..1:log", mayDraw: true), Of("--hidden", "10..99", mayDraw: true), Of("--momentum", "0.0..0.9", mayDraw: true)], 3, seed: 0).Select(Text));

    private static readonly string[] FirstDraws =
    [
        "--lr 0.009833 --hidden 90 --momentum 0.1857",
        "--lr 0.007971 --hidden 39 --momentum 0.5077",
        "--lr 0.001552 --hidden 78 --momentum 0.3853",
    ];

    [Fact]
    public void Each_draw_is_repeated_with_all_seeds()
    {
        var drawn = SweepGrid.Draw([Of("--seed", "0..2"), Of("--lr", "0.1..0.9", mayDraw: true)], 4, seed: 0);
        Assert.Equal(12, drawn.Count);
        Assert.All(drawn.GroupBy(trial => trial[0].Value), group => Assert.Equal(["0", "1", "2"], group.Select(trial => trial[1].Value)));
        Assert.Equal(4, drawn.GroupBy(trial => trial[0].Value).Count());
    }

    [Fact]
    public void A_finite_choice_is_drawn_to_its_end_and_no_further()
    {
        SweepOption[] options = [Of("--hidden", "1,2,3"), Of("--optimizer", "sgd,adam")];
        Assert.Equal(6, SweepGrid.Draw(options, 6, seed: 0).Select(Text).Distinct().Count());
        Assert.Contains("leave out --random", Assert.Throws<InvalidInputException>(() => SweepGrid.Draw(options, 7, seed: 0)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Draws_that_mean_nothing_are_refused()
    {
        Assert.Contains("1 or more", Refusal(0, Of("--lr", "1,2")), StringComparison.Ordinal);
        Assert.Contains("no option other than --seed", Refusal(3, Of("--seed", "0..4")), StringComparison.Ordinal);
        Assert.Contains("at most 10,000", Refusal(5000, Of("--seed", "0..4"), Of("--lr", "0.1..0.9", mayDraw: true)), StringComparison.Ordinal);

        static string Refusal(int count, params SweepOption[] options) => Assert.Throws<InvalidInputException>(() => SweepGrid.Draw(options, count, 0)).Message;
    }

    private static SweepOption Of(string name, string text, bool mayDraw = false) => new(name, SweepValues.Read(name, text, ',', mayDraw));

    private static string Text(IReadOnlyList<SweptValue> trial) => string.Join(' ', trial.Select(value => $"{value.Option} {value.Value}"));
}
