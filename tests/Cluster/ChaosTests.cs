using System.Globalization;
using System.Text.Json;
using Mnist.Distributed.Tests.Processes;
using Xunit;

namespace Mnist.Distributed.Tests.Cluster;

/// <summary>
/// Real silo processes are killed, suspended, slowed down, added, asked to leave, or lose their
/// power while they train. The oracle is the plain trainer, at every step. If a schedule fails, the
/// message has the command that repeats it.
/// </summary>
public sealed class ChaosTests(SmallMnist data) : IAsyncDisposable
{
    private readonly UserHome _home = new();

    /// <summary>
    /// Schedules, each with kinds of incidents. If there are any, at least one of them must occur:
    /// a busy machine may learn that a silo is late before it learns that the silo is lost.
    /// </summary>
    private static readonly (string Plan, string[] Incidents)[] Scripts =
    [
        ("kill(server) at step 200", ["taken_over"]),
        ("kill(run) at step 200", ["moved"]),
        ("kill(other) at step 200", ["lost", "late"]),
        ("kill(server) at step 200; kill(run) at step 200", ["taken_over"]),
        ("stop(server, 3 s) at step 200", ["taken_over"]),
        ("stop(other, 10 s) at step 200", ["late"]),
        ("slow(other, 2 s) at step 200", []),
        ("leave(server) at step 200; leave(run) at step 500", ["taken_over"]),
        ("add at step 100; kill(server) at step 500", ["taken_over"]),
        ("power cut at step 333", ["resumed"]),
        ("add at step 200; power cut at step 200", ["resumed"]),
    ];

    [LongFact]
    public async Task A_fault_costs_no_bits()
    {
        var plans = Scripts.SelectMany(script => new[] { "--plan", script.Plan });
        var schedules = await Chaos([.. plans, "--epochs", "20", "--checkpoint-every", "50"]);
        Assert.Equal(Scripts.Select(script => script.Plan), schedules.Select(schedule => schedule.GetProperty("plan").GetString()));
        Assert.All(Scripts.Zip(schedules), scripted => Assert.True(
            scripted.First.Incidents is [] || KindsOf(scripted.Second).Intersect(scripted.First.Incidents).Any(), $"{scripted.Second}"));
    }

    [LongFact]
    public async Task Neither_dropout_nor_batch_norm_nor_momentum_is_lost() => Assert.Contains(
        "resumed",
        KindsOf(Assert.Single(await Chaos(
            "--model", "cnn", "--epochs", "5", "--checkpoint-every", "13", "--plan", "kill(server) at step 40; power cut at step 100"))));

    [Fact]
    public async Task Fault_after_the_end_repeats_the_schedule_in_a_longer_run()
    {
        var schedule = Assert.Single(await Chaos("--epochs", "1", "--checkpoint-every", "10", "--plan", "kill(other) at step 60"));
        Assert.True(schedule.GetProperty("steps").GetInt64() > 60);
    }

    [LongFact]
    public async Task A_fault_costs_no_bits_with_TLS() => Assert.Contains(
        "taken_over",
        KindsOf(Assert.Single(await Chaos(
            "--tls", "--epochs", "20", "--checkpoint-every", "50", "--plan", "kill(server) at step 200; kill(run) at step 400; power cut at step 600"))));

    /// <summary>
    /// With MNIST_CHAOS_SCHEDULES=n the test runs n schedules from each seed on, as a soak test.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [LongData(1001)]
    [LongData(2001)]
    [LongData(3001)]
    public async Task Random_faults_cost_no_bits(int seed)
    {
        var schedules = Environment.GetEnvironmentVariable("MNIST_CHAOS_SCHEDULES") ?? "1";
        var results = await Chaos("--seed", $"{seed}", "--schedules", schedules, "--epochs", "40", "--checkpoint-every", "50");
        Assert.Equal(int.Parse(schedules, CultureInfo.InvariantCulture), results.Count);
    }

    public ValueTask DisposeAsync() => _home.DisposeAsync();

    private static IEnumerable<string?> KindsOf(JsonElement schedule) =>
        schedule.GetProperty("incidents").EnumerateArray().Select(incident => incident.GetProperty("kind").GetString());

    private async Task<IReadOnlyList<JsonElement>> Chaos(params string[] arguments)
    {
        var finished = (await _home.Mnist(["chaos", "--data", data.Path, "--workers", "5", "--json", .. arguments])).Succeeds();
        var schedules = finished.Json.Where(line => line.GetProperty("event").GetString() == "schedule").ToArray();
        Assert.All(schedules, schedule => Assert.True(schedule.GetProperty("kept").GetBoolean(), schedule.ToString()));
        return schedules;
    }
}
