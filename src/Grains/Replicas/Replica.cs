using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Ledgers;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Grains.Replicas.Slices;
using Mnist.Distributed.Training.State;
using Mnist.Distributed.Training.Vectors;

namespace Mnist.Distributed.Grains.Replicas;

/// <summary>
/// The copy of one run on one silo, with its side of the step protocol. It serves one call at a
/// time, because a computation reads the memory that an update writes. It knows neither grains nor
/// the system clock, so the same code runs in a simulation.
/// </summary>
public sealed class Replica : IDisposable
{
    /// <summary>
    /// A replica without a request for this time takes no part in the steps. This is not an option,
    /// because it only decides how long a graceful shutdown waits for a request that never comes,
    /// and that wait has a limit of its own.
    /// </summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(500);

    private readonly ModelState _state;
    private readonly Func<TrainingState> _initial;
    private readonly IShareComputation _shares;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly AnsweredShares _answered = new();
    private long _generation;
    private bool _hasState;
    private bool _hasToldDraining;
    private bool _isReleased;
    private long _lastAsked;
    private long _lastHeard;
    private SlicedStep? _sliced;
    private FlatVector? _gathered;

    /// <summary>Creates a replica without a state.</summary>
    /// <param name="state">The memory for the state.</param>
    /// <param name="initial">Draws the initial state of the plan.</param>
    /// <param name="shares">Computes gradients and evaluations with the state.</param>
    /// <param name="workers">Number of workers of the run.</param>
    /// <param name="time">The clock.</param>
    public Replica(ModelState state, Func<TrainingState> initial, IShareComputation shares, int workers, TimeProvider time)
    {
        Workers = workers;
        SliceSums = new SliceSum(workers);
        _state = state;
        _initial = initial;
        _shares = shares;
        _time = time;
        _lastAsked = time.GetTimestamp();
        _lastHeard = _lastAsked;
    }

    /// <summary>
    /// Whether a state has been installed. Before that, the memory of the state has no meaning.
    /// </summary>
    public bool HasState => _hasState;

    /// <summary>Time since the last request for a step.</summary>
    public TimeSpan Idle => _time.GetElapsedTime(_lastAsked);

    /// <summary>Time since the last request of the newest generation.</summary>
    public TimeSpan Unheard => _time.GetElapsedTime(Volatile.Read(ref _lastHeard));

    /// <summary>Whether the silo drains. Every answer says so.</summary>
    public bool IsDraining { get; set; }

    /// <summary>Whether a parameter server does not know yet that the silo drains.</summary>
    public bool IsMissed => _hasState && !_hasToldDraining && Idle < Quiet;

    /// <summary>
    /// Duration of the last share of a step; <see cref="TimeSpan.MaxValue"/> before the first one.
    /// </summary>
    public TimeSpan Took { get; private set; } = TimeSpan.MaxValue;

    /// <summary>Whether the replica has heard of a later generation than this one.</summary>
    public bool IsOfLater(RunGeneration generation) => Volatile.Read(ref _generation) > generation.Number;

    /// <summary>Number of workers of the run, on all silos.</summary>
    public int Workers { get; }

    /// <summary>Sums the slices of this silo and of the silos below it in the tree.</summary>
    public SliceSum SliceSums { get; }

    /// <summary>Notes a generation, and reports the state of the run on this silo.</summary>
    public Task<ReplicaReport> Report(RunGeneration generation, SiloReport silo) => Alone(() =>
    {
        Obeys(generation);
        return Task.FromResult(new ReplicaReport(silo, _hasState ? _state.Step : null, Idle.TotalSeconds));
    });

    /// <summary>Replaces the state; null stands for the initial state of the plan.</summary>
    public Task<ReplyStatus> Install(RunGeneration generation, TrainingState? state) => Alone(() =>
    {
        if (!Obeys(generation))
        {
            return Task.FromResult(ReplyStatus.Superseded);
        }

        GiveUpSlices();
        ReplaceBuffers();
        _state.Restore(state ?? _initial());
        _hasState = true;
        return Task.FromResult(ReplyStatus.Done);
    });

    /// <summary>Applies the update of the request and computes a share of the step.</summary>
    public Task<StepReply> ComputeStep(StepRequest request) => ComputeStep(request, came: _time.GetTimestamp());

    private Task<StepReply> ComputeStep(StepRequest request, long came) => Alone(() =>
    {
        if (Obeys(request.Generation))
        {
            GiveUpSlices();
        }

        return Compute(request, came);
    });

    /// <summary>
    /// Takes one slice of the update that leads to a step. When all slices have arrived, it
    /// computes the share of this silo, and answers with the same slice of the share.
    /// </summary>
    public async Task<SliceReply> ComputeSlice(SliceRequest request, SiloAddress silo)
    {
        var reply = await await Alone(() => Join(request, silo));
        return new SliceReply(
            reply.Status,
            [.. reply.Nodes.Select(node => node with { Gradient = node.Gradient.Slice(VectorSlice.Of(node.Gradient.Length, request.Slice, request.Slices)) })],
            request.Slice == 0 ? [new ShareReport(request.Silos.First(share => share.Silo.Equals(silo)), reply.Hash, reply.Draining, reply.Seconds)] : []);
    }

    private async Task<Task<StepReply>> Join(SliceRequest request, SiloAddress silo)
    {
        if (!Obeys(request.Generation))
        {
            return Task.FromResult(new StepReply(ReplyStatus.Superseded, [], null, IsDraining));
        }

        if (request.Step < _state.Step || request.Step < _sliced?.Request.Step)
        {
            return Task.FromResult(new StepReply(ReplyStatus.OtherStep, [], null, IsDraining));
        }

        if (_sliced is null || !_sliced.IsAskedFor(request))
        {
            GiveUpSlices();
            _gathered ??= new FlatVector(_state.Parameters.Length);
            _sliced = new SlicedStep(request, silo, _gathered);
        }

        var step = _sliced;
        if (step.Take(request) is { } whole)
        {
            try
            {
                step.Complete(await Compute(whole, _time.GetTimestamp()));
            }
            catch (Exception failure)
            {
                step.Fail(failure);
            }
        }

        return step.Reply;
    }

    private void GiveUpSlices()
    {
        _sliced?.GiveUp();
        _sliced = null;
    }

    private async Task<StepReply> Compute(StepRequest request, long came)
    {
        _lastAsked = _time.GetTimestamp();
        var status = StatusFor(request.Generation, request.Step, request.Update);
        var update = _time.GetElapsedTime(_lastAsked);
        if (status != ReplyStatus.Done)
        {
            return new StepReply(status, [], null, IsDraining);
        }

        _state.DropLedgerBefore(request.DurableStep);
        if (_answered.NeedOtherBuffers(request))
        {
            ReplaceBuffers();
        }

        var hash = request.HashWanted ? _state.Hash() : (StateHash?)null;
        var nodes = await _shares.Compute(request, _time.GetElapsedTime(came), update);
        Took = _time.GetElapsedTime(_lastAsked);
        _hasToldDraining = IsDraining;
        return new StepReply(status, nodes, hash, IsDraining, _time.GetElapsedTime(came).TotalSeconds);
    }

    /// <summary>Evaluates a share of the test images.</summary>
    public Task<EvaluationReply> Evaluate(EvaluationRequest request) => Alone(async () =>
    {
        var status = StatusFor(request.Generation, request.Step, request.Update);
        return new EvaluationReply(status, status == ReplyStatus.Done ? await _shares.Evaluate(request) : []);
    });

    /// <summary>
    /// A copy of the state. If <paramref name="update"/> is the update of the step of this state,
    /// it is applied first. Null when there is no state, or when the generation is superseded.
    /// </summary>
    public Task<TrainingState?> GetState(RunGeneration generation, StepUpdate? update) => Alone(() =>
    {
        if (!_hasState || !Obeys(generation))
        {
            return Task.FromResult<TrainingState?>(null);
        }

        BringTo(_state.Step, update);
        return Task.FromResult<TrainingState?>(_state.Snapshot());
    });

    /// <summary>A copy of the state; null when there is no state.</summary>
    public Task<TrainingState?> Peek() => Alone(() => Task.FromResult(_hasState ? _state.Snapshot() : null));

    /// <summary>Frees the memory of the replica, after the computation in progress.</summary>
    public async Task Release()
    {
        await _gate.WaitAsync();
        GiveUpSlices();
        Dispose();
        _isReleased = true;
        _gate.Release();
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _hasState = false;
        _shares.Dispose();
    }

    private ReplyStatus StatusFor(RunGeneration generation, long step, StepUpdate? update) =>
        !Obeys(generation) ? ReplyStatus.Superseded
        : BringTo(step, update) ? ReplyStatus.Done
        : ReplyStatus.OtherStep;

    /// <summary>
    /// Whether a generation is the newest one that this replica has seen. The method notes a newer
    /// generation.
    /// </summary>
    private bool Obeys(RunGeneration generation)
    {
        if (generation.Number > _generation)
        {
            _generation = generation.Number;
            GiveUpSlices();
            ReplaceBuffers();
        }

        if (generation.Number < _generation)
        {
            return false;
        }

        Volatile.Write(ref _lastHeard, _time.GetTimestamp());
        return true;
    }

    private void ReplaceBuffers()
    {
        _shares.ReplaceBuffers();
        SliceSums.ReplaceBuffers();
    }

    /// <summary>Applies the update if it is the update of the step of the state.</summary>
    /// <returns>Whether the state is now at <paramref name="step"/>.</returns>
    private bool BringTo(long step, StepUpdate? update)
    {
        if (_hasState && update is not null && update.Step == _state.Step)
        {
            _state.Apply(update);
        }

        return _hasState && _state.Step == step;
    }

    private async Task<T> Alone<T>(Func<Task<T>> work)
    {
        await _gate.WaitAsync();
        try
        {
            return _isReleased ? throw new InvalidOperationException("The run has been removed from this silo.") : await work();
        }
        finally
        {
            _gate.Release();
        }
    }
}
