using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Grains.Cluster;

namespace Mnist.Distributed.Grains.Runs;

/// <inheritdoc cref="IRunQueueGrain" />
[KeepAlive]
public sealed class RunQueueGrain([PersistentState("queue")] IPersistentState<RunQueue> queue, HostSilo silo) : Grain, IRunQueueGrain
{
    private readonly StateWriter<RunQueue> _writer = new(queue);

    private bool _isTending;

    private RunQueue Queue => queue.State;

    /// <inheritdoc />
    public Task Add(string runId) => Queue.Waiting.Contains(runId) ? Task.CompletedTask : Change(() => Queue.Waiting.Add(runId));

    /// <inheritdoc />
    public Task AddSweep(string sweepId) => Change(() =>
    {
        Queue.Open.Remove(sweepId);
        Queue.Open.Add(sweepId);
        if (!Queue.Sweeps.Contains(sweepId))
        {
            Queue.Sweeps.Add(sweepId);
        }
    });

    /// <inheritdoc />
    public Task<IReadOnlyList<string>> Sweeps() => Task.FromResult<IReadOnlyList<string>>([.. Queue.Sweeps]);

    /// <inheritdoc />
    public Task RemoveSweep(string sweepId) => Change(() =>
    {
        Queue.Open.Remove(sweepId);
        Queue.Sweeps.Remove(sweepId);
    });

    /// <inheritdoc />
    public async Task Tend()
    {
        if (_isTending || Queue is { Open.Count: 0, Waiting.Count: 0 })
        {
            return;
        }

        _isTending = true;
        try
        {
            await WakeSweeps();
            await StartNext();
        }
        finally
        {
            _isTending = false;
        }
    }

    private async Task WakeSweeps()
    {
        foreach (var sweep in Queue.Open.ToArray())
        {
            if (!await silo.Grains.GetGrain<ISweepGrain>(sweep).Tend())
            {
                await Change(() => Queue.Open.Remove(sweep));
            }
        }
    }

    /// <summary>
    /// Starts the first run that still waits, if no silo has a run. A run that has ended has been
    /// removed from all silos.
    /// </summary>
    private async Task StartNext()
    {
        while (Queue.Waiting is [var first, ..])
        {
            var run = silo.Grains.GetGrain<ITrainingRunGrain>(first);
            if ((await run.Describe()).Status == RunStatus.Queued)
            {
                var loads = await ClusterLoad.Of(silo.View.Roster, silo.View.Time);
                if (Queue.Open.Count > 0 || loads.Values.Any(load => load.RunIds.Count > 0))
                {
                    return;
                }

                await run.Launch();
            }

            await Change(() => Queue.Waiting.Remove(first));
        }
    }

    private Task Change(Action change)
    {
        change();
        return _writer.Write();
    }
}

/// <summary>The stored queue.</summary>
[GenerateSerializer, Alias("mnist.RunQueue")]
public sealed class RunQueue : IDamageable
{
    /// <summary>Ids of the runs that wait, the first one first.</summary>
    [Id(0)] public List<string> Waiting { get; set; } = [];

    /// <summary>Ids of the sweeps that are not over.</summary>
    [Id(1)] public List<string> Open { get; set; } = [];

    /// <summary>Ids of all sweeps, oldest first.</summary>
    [Id(2)] public List<string> Sweeps { get; set; } = [];

    /// <inheritdoc />
    /// <remarks>
    /// A damaged queue is an empty one. Its runs still say that they are queued, and can be stopped
    /// and resumed.
    /// </remarks>
    [field: NonSerialized]
    public string? Damage { get; set; }
}
