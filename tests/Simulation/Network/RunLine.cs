using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Ledgers;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Tests.Simulation.Cluster;

namespace Mnist.Distributed.Tests.Simulation.Network;

/// <summary>
/// The connection from a node to the run grain, on the silo that the directory names.
/// </summary>
internal sealed class RunLine(Wires wires, GrainDirectory directory, Node from, string key) : ITrainingRunGrain
{
    /// <inheritdoc />
    public Task Start(TrainingPlan plan, RunOptions options, TrainingState? initial, string? traceParent) => Call(async run =>
    {
        await run.Start(plan, options, initial, traceParent);
        return true;
    });

    /// <inheritdoc />
    public Task Resume(bool acceptMixedNumerics, string? traceParent, int pauseAfter) => Call(async run =>
    {
        await run.Resume(acceptMixedNumerics, traceParent, pauseAfter);
        return true;
    });

    /// <inheritdoc />
    public Task Launch() => Call(async run =>
    {
        await run.Launch();
        return true;
    });

    /// <inheritdoc />
    public Task<RunCopy> GetCopy() => Call(run => run.GetCopy());

    /// <inheritdoc />
    public Task Adopt(RunCopy copy) => Call(async run =>
    {
        await run.Adopt(copy);
        return true;
    });

    /// <inheritdoc />
    public Task Delete() => Call(async run =>
    {
        await run.Delete();
        return true;
    });

    /// <inheritdoc />
    public Task<bool> IsStarting() => Call(run => run.IsStarting(), interleaves: true);

    /// <inheritdoc />
    public Task<RunDescription> Describe() => Call(run => run.Describe(), interleaves: true);

    /// <inheritdoc />
    public Task<RunEventBatch> Watch(RunCursor cursor) => Call(run => run.Watch(cursor), interleaves: true);

    /// <inheritdoc />
    public Task Stop() => Call(async run =>
    {
        await run.Stop();
        return true;
    }, interleaves: true);

    /// <inheritdoc />
    public Task<RunWeights?> GetLiveWeights() => Call(run => run.GetLiveWeights(), interleaves: true);

    public Task<RunWeights?> GetWeights() => Call(run => run.GetWeights(), interleaves: true);

    /// <inheritdoc />
    public Task<TrainingState?> GetState() => Call(run => run.GetState(), interleaves: true);

    /// <inheritdoc />
    public Task<TrainingState?> GetCheckpointBefore(long step) => Call(run => run.GetCheckpointBefore(step), interleaves: true);

    /// <inheritdoc />
    public Task<TrainingState?> GetInitialState() => Call(run => run.GetInitialState(), interleaves: true);

    /// <inheritdoc />
    public Task<Ledger> GetLedger() => Call(run => run.GetLedger(), interleaves: true);

    /// <inheritdoc />
    public Task<IReadOnlyList<StoredCopy>> CheckStore() => Call(run => run.CheckStore(), interleaves: true);

    private async Task<T> Call<T>(Func<ITrainingRunGrain, Task<T>> call, bool interleaves = false) =>
        await wires.Call(from, directory.Locate(key, from.View), 0, (silo, _) => silo.Grains.Serve(key, call, interleaves));
}
