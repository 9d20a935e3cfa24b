using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Ledgers;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Grains.Cluster;

namespace Mnist.Distributed.Grains.Runs;

/// <summary>
/// The beginnings of a run: a start, a start from the queue, a resume, and a run that comes from
/// elsewhere.
/// </summary>
/// <param name="store">The record of the run.</param>
/// <param name="initial">The state that the run starts from.</param>
/// <param name="server">The connection to the parameter server.</param>
/// <param name="driver">Drives the run.</param>
/// <param name="ownership">Claims the run.</param>
/// <param name="silo">The silo of the run grain.</param>
public sealed class RunLaunch(
    RunStore store,
    IPersistentState<InitialState> initial,
    ServerConnection server,
    RunDriver driver,
    RunOwnership ownership,
    HostSilo silo)
{
    /// <summary>
    /// How long a start tries to write to a store that is away. Somebody waits for the start, and
    /// may try again.
    /// </summary>
    private static readonly TimeSpan ClaimTimeout = TimeSpan.FromSeconds(10);

    private string RunId => driver.RunId;

    private RunRecord Record => store.Record;

    private DateTime Now => silo.View.Time.GetUtcNow().UtcDateTime;

    /// <summary>Starts a run.</summary>
    /// <exception cref="InvalidInputException">The cluster cannot run the plan.</exception>
    public async Task Start(TrainingPlan plan, RunOptions options, TrainingState? state, string? traceParent)
    {
        var root = driver.Telemetry.RootOf(traceParent);
        await ClaimGeneration(options);
        var silos = await server.Begin(new RunHandover(plan, options, null, state, 0, null, TraceParent: root));
        await Keep(state);
        Note(plan, options, state);
        Take(silos);
        await ownership.Begin(root);
        await List();
    }

    /// <summary>Notes a run that starts when it is its turn.</summary>
    public async Task Enqueue(TrainingPlan plan, RunOptions options, TrainingState? state, string? traceParent)
    {
        await Keep(state);
        Note(plan, options, state);
        Record.TraceParent = driver.Telemetry.RootOf(traceParent);
        Record.Status = RunStatus.Queued;
        await store.WriteToBoth();
        await List();
        await silo.Grains.GetGrain<IRunQueueGrain>(IRunQueueGrain.Key).Add(RunId);
    }

    /// <summary>Starts a run that was queued. A run that cannot start has failed.</summary>
    public async Task StartQueued()
    {
        try
        {
            await ClaimGeneration(Record.Options);
            Take(await server.Begin(new RunHandover(Record.Plan!, Record.Options, null, Record.Checkpoint, 0, null, TraceParent: Record.TraceParent)));
            Record.StartedAt = Now;
            await ownership.Begin(Record.TraceParent);
        }
        catch (InvalidInputException refusal)
        {
            await driver.End(RunStatus.Failed, refusal.Message);
        }
    }

    /// <summary>Goes on with a run from its newest checkpoint.</summary>
    /// <exception cref="InvalidInputException">The cluster cannot run the plan.</exception>
    public async Task Continue(bool acceptMixedNumerics, string? traceParent, int pauseAfter)
    {
        Record.Options = Record.Options with
        {
            AcceptMixedNumerics = Record.Options.AcceptMixedNumerics || acceptMixedNumerics,
            PauseAfter = pauseAfter,
            IsQueued = false,
        };
        await ClaimGeneration(Record.Options);
        Record.TraceParent ??= driver.Telemetry.RootOf(traceParent);
        var reason = new HandoverReason(IncidentKind.Resumed, $"the run was {Record.Status.ToString().ToLowerInvariant()}; it goes on from step {Record.Step:N0}");
        Take(await server.Begin(driver.Handover(reason)));
        Record.Message = null;
        await ownership.Begin(traceParent);
        await List();
    }

    /// <summary>Takes over a copy of the run, unless the run has got further here.</summary>
    public async Task Adopt(RunCopy copy)
    {
        if (Record.Status == RunStatus.Unknown || copy.Epochs.Count > Record.Epochs.Count || copy.Checkpoint?.Step > Record.Step)
        {
            await Keep(copy.Initial);
            await store.Replace(RunCopies.ToRecord(copy, Math.Max(Record.Generation, Record.LostGeneration)));
            driver.News.Announce();
        }

        await List();
    }

    /// <summary>Deletes the run.</summary>
    public async Task Delete()
    {
        await Task.WhenAll(store.Delete(), initial.ClearStateAsync());
        await silo.Grains.GetGrain<IRunIndexGrain>(IRunIndexGrain.Key).Remove(RunId);
    }

    /// <summary>Adds the run to the list of the cluster.</summary>
    public Task List() => silo.Grains.GetGrain<IRunIndexGrain>(IRunIndexGrain.Key).Add(RunId);

    /// <summary>
    /// Lists a run that goes on. The silo of its start may have been lost before it listed the run.
    /// </summary>
    public async Task ListWhenAwake()
    {
        await ownership.Waking;
        if (Record.Status == RunStatus.Running)
        {
            await List();
        }
    }

    private async Task Keep(TrainingState? state)
    {
        if (state is not null)
        {
            (initial.State.State, initial.State.RunId) = (state, RunId);
            await initial.WriteStateAsync();
        }
    }

    private void Note(TrainingPlan plan, RunOptions options, TrainingState? state)
    {
        Record.Plan = plan;
        Record.Options = options;
        Record.Checkpoint = state;
        Record.StartedAt = Now;
    }

    private void Take(IReadOnlyList<SiloReport> silos)
    {
        Record.Silos = [.. silos];
        Record.Fingerprint ??= silos[0].Fingerprint;
    }

    /// <summary>
    /// Chooses the next generation, and writes its number before its parameter server begins. So
    /// two starts of a run, of which one was believed lost, never begin the same generation.
    /// </summary>
    private async Task ClaimGeneration(RunOptions options)
    {
        await server.ChooseNext(RunId, options.IsOnOneSilo);
        driver.NoteServer();
        await store.Write(ClaimTimeout);
    }
}
