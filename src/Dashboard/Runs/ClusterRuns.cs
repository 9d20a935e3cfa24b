using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Training.Catalogue;

namespace Mnist.Distributed.Dashboard.Runs;

/// <summary>The runs of a cluster.</summary>
/// <param name="cluster">Name of the cluster.</param>
/// <param name="connect">
/// Gives the grains of the cluster; null while none of its silos answers.
/// </param>
/// <param name="catalogue">Resolves the names in plans.</param>
public sealed class ClusterRuns(string cluster, Func<Task<IGrainFactory?>> connect, TrainingCatalogue catalogue) : IRunSource
{
    /// <summary>
    /// The newest runs are shown. The others can be found with <c>mnist runs list</c>.
    /// </summary>
    private const int Most = 50;

    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan RestPause = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, RunDescription> _over = [];

    /// <inheritdoc />
    public async Task<IReadOnlyList<ShownRun>> List()
    {
        if (await connect() is not { } grains)
        {
            return [];
        }

        try
        {
            var ids = await grains.GetGrain<IRunIndexGrain>(IRunIndexGrain.Key).List();
            return [.. (await Task.WhenAll(ids.Reverse().Take(Most).Select(id => Describe(grains, id)))).OfType<ShownRun>()];
        }
        catch (Exception silent) when (PassingFailure.Is(silent))
        {
            return [];
        }
    }

    /// <inheritdoc />
    public async IAsyncEnumerable<RunNote> Watch(string id, string? cursor, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var position = Position(cursor);
        while (!cancellation.IsCancellationRequested)
        {
            if (await Next(id, position, cancellation) is not { } batch)
            {
                await Pause(RetryPause, cancellation);
                continue;
            }

            position = batch.Next;
            var next = JsonSerializer.Serialize(position);
            foreach (var (at, happened) in batch.Events.Index())
            {
                // A reader that is cut off between two notes of a batch gets the batch again.
                var isLast = at == batch.Events.Count - 1;
                yield return new RunNote(isLast ? next : null, NoteJson.Of(happened));
            }

            if (position.Ended)
            {
                // Somebody may resume the run.
                await Pause(RestPause, cancellation);
                position = position with { Ended = !await IsRunning(id) };
            }
        }
    }

    /// <inheritdoc />
    public async Task<ShownWeights?> Weights(string id)
    {
        if (await connect() is not { } grains)
        {
            return null;
        }

        try
        {
            var run = grains.GetGrain<ITrainingRunGrain>(id);
            var description = await run.Describe();
            return description.Plan is { } plan && await run.GetLiveWeights() is { } weights
                ? new ShownWeights(TrainingSetup.Of(plan, catalogue), weights.State, plan.DataFolder)
                : null;
        }
        catch (Exception silent) when (PassingFailure.Is(silent))
        {
            throw new InvalidInputException($"The silo of run {id} does not answer: try again in a moment.", silent);
        }
    }

    private async Task<RunEventBatch?> Next(string id, RunCursor position, CancellationToken cancellation)
    {
        try
        {
            return await connect() is { } grains ? await grains.GetGrain<ITrainingRunGrain>(id).Watch(position).WaitAsync(cancellation) : null;
        }
        catch (Exception silent) when (PassingFailure.Is(silent) || silent is InvalidInputException or OperationCanceledException)
        {
            // A run that is not known yet may be started soon.
            return null;
        }
    }

    private async Task<bool> IsRunning(string id) =>
        await connect() is { } grains && await Describe(grains, id) is { Status: "running" };

    private async Task<ShownRun?> Describe(IGrainFactory grains, string id)
    {
        if (!_over.TryGetValue(id, out var run))
        {
            try
            {
                run = await grains.GetGrain<ITrainingRunGrain>(id).Describe();
            }
            catch (Exception silent) when (PassingFailure.Is(silent))
            {
                return null;
            }

            if (run.Status is RunStatus.Completed or RunStatus.Damaged)
            {
                _over[id] = run;
            }
        }

        return run.Plan is not { } plan ? null : new ShownRun(
            id, SnakeCase.Of(run.Status), cluster, plan.Model, plan.Task, plan.Loss, plan.Metric.Name, plan.Metric.IsShare, plan.StepsPerEpoch, plan.Epochs);
    }

    /// <summary>
    /// The position of a reader. A reader whose cursor is of another source, such as a folder,
    /// reads everything.
    /// </summary>
    private static RunCursor Position(string? cursor)
    {
        try
        {
            return cursor is null ? default : JsonSerializer.Deserialize<RunCursor>(cursor);
        }
        catch (JsonException)
        {
            return default;
        }
    }

    private static async Task Pause(TimeSpan pause, CancellationToken cancellation) =>
        await Task.Delay(pause, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
