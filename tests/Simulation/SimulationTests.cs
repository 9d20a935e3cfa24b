using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Mnist.Distributed.Tests.Simulation.Faults;

using Xunit;

namespace Mnist.Distributed.Tests.Simulation;

/// <summary>
/// The run grain, the parameter server and the replicas on a simulated cluster, with thousands of
/// schedules of faults. Each schedule follows from its seed. <c>MNIST_SIM_SEED=n</c> replays one
/// schedule and traces it, <c>MNIST_SIM_COUNT=n</c> sets the number of schedules, and
/// <c>MNIST_SIM_FROM=n</c> the first seed.
/// </summary>
public sealed class SimulationTests(ITestOutputHelper output)
{
    private static readonly int Count = Setting("MNIST_SIM_COUNT") ?? 3000;

    private static readonly int From = Setting("MNIST_SIM_FROM") ?? 0;

    private static readonly int? Only = Setting("MNIST_SIM_SEED");

    private static readonly ParallelOptions Two = new() { MaxDegreeOfParallelism = 2 };

    public static TheoryData<Profile> Profiles => [.. Enum.GetValues<Profile>().Where(profile => Only is null || Scenario.ProfileOf(Only.Value) == profile)];

    [Theory]
    [MemberData(nameof(Profiles))]
    public void A_run_ends_with_the_same_bytes_whatever_happens(Profile profile)
    {
        var problems = new ConcurrentBag<(int Seed, string Problem)>();
        var seeds = Only is { } only ? [only] : Enumerable.Range(From, Count).Where(seed => Scenario.ProfileOf(seed) == profile);
        Parallel.ForEach(Partitioner.Create(seeds, EnumerablePartitionerOptions.NoBuffering), Two, seed =>
        {
            if (ProblemOf(seed) is { } problem)
            {
                problems.Add((seed, problem));
            }
        });

        var replays = problems.OrderBy(problem => problem.Seed).Take(5).Select(problem =>
            $"{problem.Problem}\n    MNIST_SIM_SEED={problem.Seed} dotnet run --no-build -- -class {GetType().FullName} -showLiveOutput");
        Assert.True(problems.IsEmpty, string.Join('\n', replays.Prepend($"{problems.Count} schedules went wrong:")));
    }

    private string? ProblemOf(int seed)
    {
        var story = Only is null ? null : new StringBuilder();
        var world = new World(Scenario.Of(seed), story is null ? null : line => story.AppendLine(line));
        string? problem;
        try
        {
            world.Run();
            problem = world.Checker.Problem;
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            problem = $"{failure}";
        }

        story?.AppendLine(problem ?? "all is well");
        if (story is not null)
        {
            output.WriteLine($"{world.Scenario}\n{story}");
        }

        return problem is null ? null : $"{problem}, {world.Timeline.Now.TotalSeconds:F3} s after the start";
    }

    private static int? Setting(string name) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null;
}
