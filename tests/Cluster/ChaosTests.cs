using System.Globalization;
using System.Text.Json;
using Mnist.Distributed.Tests.Processes;
using Xunit;

namespace Mnist.Distributed.Tests.Cluster;

/// <summary>
/// Real silo processes that are killed, stopped, slowed down, added, asked to leave and cut off from power while they train. The oracle is the plain trainer, at
/// every step; a schedule that breaks the promise names the command that repeats it.
/// </summary>
public sealed class ChaosTests(SmallMnist data) : IAsyncDisposable
{
    private readonly UserHome _home = new();

    [Theory]
    [InlineData("mlp", "kill(server) at step 300", "taken_over")]
    [InlineData("mlp", "kill(run) at step 300", "moved")]
    [InlineData("mlp", "kill(other) at step 300", "lost")]
    [InlineData("mlp", "kill(server) at step 300; kill(run) at step 300", "taken_over")]
    [InlineData("mlp", "stop(server, 3 s) at step 300", "taken_over")]
    [InlineData("mlp", "stop(other, 10 s) at step 300", "late")]
    [InlineData("mlp", "slow(other, 2 s) at step 300", null)]
    [InlineData("mlp", "leave(server) at step 300; leave(run) at step 700", "taken_over")]
    [InlineData("mlp", "add at step 200; kill(server) at step 800", "joined")]
    [InlineData("mlp", "power cut at step 333", "resumed")]
    [InlineData("cnn", "kill(server) at step 40; power cut at step 100", "resumed")]
    public async Task A_fault_costs_no_bits(string model, string plan, string? incident)
    {
        string[] size = model == "cnn" ? ["--epochs", "5", "--checkpoint-every", "13"] : ["--epochs", "40", "--checkpoint-every", "50"];
        var schedule = Assert.Single(await Chaos(["--model", model, "--plan", plan, "--schedules", "1", .. size]));
        var incidents = schedule.GetProperty("incidents").EnumerateArray().Select(happened => happened.GetProperty("kind").GetString());
        if (incident is not null)
        {
            Assert.Contains(incident, incidents);
        }
    }

    /// <summary>MNIST_CHAOS_SCHEDULES makes a soak of it: so many from each seed on.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(1001)]
    [InlineData(2001)]
    [InlineData(3001)]
    public async Task Random_faults_cost_no_bits(int seed)
    {
        var schedules = Environment.GetEnvironmentVariable("MNIST_CHAOS_SCHEDULES") ?? "5";
        var results = await Chaos("--seed", $"{seed}", "--schedules", schedules, "--epochs", "40", "--checkpoint-every", "50");
        Assert.Equal(int.Parse(schedules, CultureInfo.InvariantCulture), results.Count);
    }

    public ValueTask DisposeAsync() => _home.DisposeAsync();

    private async Task<IReadOnlyList<JsonElement>> Chaos(params string[] arguments)
    {
        var finished = (await _home.Mnist(["chaos", "--data", data.Path, "--workers", "5", "--json", .. arguments])).Succeeds();
        var schedules = finished.Json.Where(line => line.GetProperty("event").GetString() == "schedule").ToArray();
        Assert.All(schedules, schedule => Assert.True(schedule.GetProperty("kept").GetBoolean(), schedule.ToString()));
        return schedules;
    }
}
