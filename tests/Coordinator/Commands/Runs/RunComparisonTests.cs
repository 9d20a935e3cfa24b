using System.Text.Json;
using Mnist.Distributed.Contracts.Ledgers;
using Mnist.Distributed.Coordinator.Commands.Runs;
using Xunit;
using static Mnist.Distributed.Tests.Coordinator.Commands.Runs.Runs;

namespace Mnist.Distributed.Tests.Coordinator.Commands.Runs;

public sealed class RunComparisonTests
{
    private const string Digest = "0123456789abcdef";

    [Fact]
    public void Only_what_differs_in_the_plans_is_named()
    {
        var comparison = new RunComparison([Compared("a", """{"seed":0,"model":"mlp","optimizer_settings":{"momentum":0.9},"total_steps":5}"""), Compared("b", """{"seed":1,"model":"mlp","ema":0.9,"optimizer_settings":{"momentum":0.5},"total_steps":9}""")]);

        Assert.Equal(["seed: 0, 1", "optimizer_settings.momentum: 0.9, 0.5", "ema: -, 0.9"], comparison.Plan.Select(row => $"{row.Field}: {string.Join(", ", row.Values.Select(value => value ?? "-"))}"));
    }

    [Fact]
    public void Weights_are_equal_different_or_not_known()
    {
        Assert.True(new RunComparison([Compared("a"), Compared("b"), Compared("c")]).HasEqualWeights);
        Assert.False(new RunComparison([Compared("a"), Compared("b") with { Weights = "fedcba9876543210" }]).HasEqualWeights);
        Assert.Null(new RunComparison([Compared("a"), Compared("b") with { Weights = null }]).HasEqualWeights);
    }

    [Fact]
    public void Each_run_is_compared_with_the_first_one_step_by_step()
    {
        var steps = new RunComparison(
        [
            Compared("a") with { Hashes = [new StateHash(0, 1), new StateHash(1, 2)] },
            Compared("b") with { Hashes = [new StateHash(0, 1), new StateHash(1, 3)] },
            Compared("c") with { Hashes = [] },
            Compared("d") with { Hashes = null, Problem = "It is gone." },
        ]).Steps;

        Assert.Equal(
            [
                "a and b: equal up to step 0; they part at step 1.",
                "a and c: the ledger of c has no hashes, because --hash-every was 0 or no step is done.",
                "a and d: the ledger of d cannot be had (It is gone).",
            ],
            steps.Select(step => step.Text));
    }

    private static ComparedRun Compared(string id, string plan = "{}") => new(
        Run(id, accuracies: [0.5]) with { Plan = JsonSerializer.Deserialize<JsonElement>(plan) }, new Dictionary<string, string>(), [], null, Digest);
}
