using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Grains.ParameterServers;
using Mnist.Distributed.Grains.Replicas;
using Mnist.Distributed.Tests.Grains.ParameterServers;
using Mnist.Distributed.Tests.Simulation.Training;
using Mnist.Distributed.Tests.Training;
using Mnist.Distributed.Training.State;

using Xunit;

namespace Mnist.Distributed.Tests.Grains.Replicas;

/// <summary>
/// Within a silo an answer is passed by reference, and it may be written to the network later. As
/// long as somebody may read it, its memory must not change.
/// </summary>
public sealed class ReplicaBufferTests : IDisposable
{
    private static readonly TrainingPlan Plan = new() { Workers = 4, BatchSize = 240, Samples = 2400, TestSamples = 240, OptimizerSettings = PlanSettings.Sgd(0.9f) };

    private readonly StepSum _sum = new(Plan.Workers);
    private readonly ModelState _state = GradientFunction.NewState(Plan);
    private readonly Replica _replica;

    public ReplicaBufferTests() => _replica = new Replica(
        _state,
        () => GradientFunction.NewState(Plan).Snapshot(),
        new SimulatedShares(Plan, "numerics", _state, () => Task.CompletedTask, _ => { }),
        Plan.Workers,
        TimeProvider.System);

    public void Dispose() => _replica.Dispose();

    /// <summary>
    /// A repeated computation would write the same bits, so the test compares the addresses of the
    /// memory.
    /// </summary>
    [Fact]
    public async Task An_answer_outlives_another_request_for_the_same_workers()
    {
        var (generation, reply) = await Begin();

        var again = await _replica.ComputeStep(new StepRequest(generation, 0, null, 0, Plan.Workers, null, false, 0));

        Assert.False(reply.Nodes[0].Gradient.Span.Overlaps(again.Nodes[0].Gradient.Span));
        Assert.Equal(Bits(reply), Bits(again));
    }

    [Fact]
    public Task An_answer_outlives_another_parameter_server() => Outlives(async (generation, request) =>
    {
        var next = generation with { Number = generation.Number + 1 };
        await _replica.Report(next, new SiloReport("silo", "address", "numerics"));
        await _replica.ComputeStep(request with { Generation = next });
    });

    [Fact]
    public Task An_answer_outlives_a_state_that_is_installed() => Outlives(async (generation, request) =>
    {
        await _replica.Install(generation, new Oracle(Plan, "numerics").At(1));
        await _replica.ComputeStep(request with { Update = null });
    });

    /// <summary>Proves that the tests above can fail.</summary>
    [Fact]
    public async Task The_next_step_is_computed_in_the_same_memory()
    {
        var (generation, reply) = await Begin();
        var before = Bits(reply);

        await _replica.ComputeStep(Request(generation, _sum.Complete(0, reply.Nodes)));

        Assert.NotEqual(before, Bits(reply));
    }

    [Fact]
    public async Task Another_share_of_the_same_step_is_computed_beside_the_first()
    {
        var (generation, _) = await Begin(0, 2);
        var first = await _replica.ComputeStep(new StepRequest(generation, 0, null, 2, 3, null, false, 0));
        var before = Bits(first);

        await _replica.ComputeStep(new StepRequest(generation, 0, null, 3, 4, null, false, 0));

        Assert.Equal(before, Bits(first));
    }

    /// <summary>
    /// Checks that an answer does not change when the replica computes the next step after an
    /// event.
    /// </summary>
    private async Task Outlives(Func<RunGeneration, StepRequest, Task> what)
    {
        var (generation, reply) = await Begin();
        var before = Bits(reply);
        var update = _sum.Complete(0, reply.Nodes);

        await what(generation, Request(generation, update));

        Assert.Equal(1, _state.Step);
        Assert.Equal(before, Bits(reply));
    }

    private async Task<(RunGeneration Generation, StepReply Reply)> Begin(int first = 0, int? end = null)
    {
        var generation = new RunGeneration("run", 1);
        await _replica.Install(generation, null);
        return (generation, await _replica.ComputeStep(new StepRequest(generation, 0, null, first, end ?? Plan.Workers, null, false, 0)));
    }

    private static StepRequest Request(RunGeneration generation, StepUpdate? update) => new(generation, 1, update, 0, Plan.Workers, null, false, 0);

    private static uint[] Bits(StepReply reply) => [.. reply.Nodes.SelectMany(node => Shares.Bits(node.Gradient))];
}
