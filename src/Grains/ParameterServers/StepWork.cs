using System.Runtime.InteropServices;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Ledgers;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Training.Summation;

namespace Mnist.Distributed.Grains.ParameterServers;

/// <summary>
/// The work of one step: the gradients of the workers. Its lists are used again for each step.
/// </summary>
/// <param name="generation">The generation of the parameter server that asks.</param>
/// <param name="handover">Plan and options of the run.</param>
/// <param name="participants">The participants that are asked.</param>
/// <param name="update">The update that leads to the step.</param>
/// <param name="sum">Adds up the gradients.</param>
/// <param name="telemetry">Spans and measurements of the step.</param>
public sealed class StepWork(
    RunGeneration generation, RunHandover handover, Participants participants, LastUpdate update, StepSum sum, StepTelemetry telemetry) : ISharedWork<StepReply>
{
    private readonly List<GradientNode> _nodes = [];
    private readonly List<LedgerShare> _shares = [];
    private readonly List<(string Silo, StateHash Hash)> _hashes = [];
    private LedgerShare[] _lastShares = [];
    private long _durableStep;
    private bool _hashWanted;
    private bool _isJoined;

    /// <summary>The nodes of the summation tree that have been answered.</summary>
    public IReadOnlyList<GradientNode> Nodes => _nodes;

    /// <summary>The participants that drain.</summary>
    public List<Participant> Draining { get; } = [];

    /// <inheritdoc />
    public int Items => handover.Plan.Workers;

    /// <inheritdoc />
    public long Step { get; private set; }

    /// <summary>
    /// Whether the sum may be passed on without a copy. It may if its memory belongs to the
    /// parameter server, or if the silo of the parameter server is the only participant. In the
    /// second case, the silo applies the update before its workers overwrite the gradients that the
    /// update consists of.
    /// </summary>
    public bool IsSumKept => _isJoined || participants.All is [{ IsLocal: true }];

    /// <summary>The request for a step in slices, without the fields about the slice.</summary>
    public SliceRequest InSlices => new(generation, Step, update.Value, 0, 0, [], 0, telemetry.Parent, _hashWanted, _durableStep);

    /// <summary>Begins a new step.</summary>
    /// <param name="step">The step, counted from the start of the run.</param>
    /// <param name="durableStep">The ledger of all steps before this one is durable.</param>
    public void Begin(long step, long durableStep)
    {
        Step = step;
        _durableStep = durableStep;
        _nodes.Clear();
        _shares.Clear();
        _hashes.Clear();
        Draining.Clear();
        _isJoined = false;
        _hashWanted = handover.Options.HashEvery > 0 && Step % handover.Options.HashEvery == 0;
    }

    /// <summary>
    /// The silos and the workers that they computed, in worker order. If the shares are equal to
    /// those of the step before, it is the same list, which saves memory in the ledger.
    /// </summary>
    public IReadOnlyList<LedgerShare> Shares()
    {
        _shares.Sort((left, right) => left.FirstWorker.CompareTo(right.FirstWorker));
        return _lastShares = _lastShares.AsSpan().SequenceEqual(CollectionsMarshal.AsSpan(_shares)) ? _lastShares : [.. _shares];
    }

    /// <summary>
    /// The hash of the state, as the replicas report it. Equal fingerprints must lead to equal
    /// states.
    /// </summary>
    /// <exception cref="InvalidOperationException">
    /// The hashes differ. The processor, the memory or the build of a silo does not do what its
    /// fingerprint says.
    /// </exception>
    public StateHash? Hash(bool acceptOthers) =>
        _hashes.Count == 0 ? null
        : acceptOthers || _hashes.TrueForAll(entry => entry.Hash == _hashes[0].Hash) ? _hashes[0].Hash
        : throw new InvalidOperationException(
            $"The silos hold different parameters at step {Step}: {string.Join(", ", _hashes.Select(entry => $"{entry.Silo} {entry.Hash}"))}.");

    /// <inheritdoc />
    public void BeginAgain() => telemetry.Retry();

    /// <summary>Asks a participant for a slice of the sum of some silos.</summary>
    public Task<SliceReply> Ask(Participant participant, SliceRequest slice)
    {
        var call = participant.Replica.SumSlice(slice);
        telemetry.Asked(participant, slice.Update?.Gradient.Length ?? 0, call);
        return call;
    }

    /// <inheritdoc />
    public Task<StepReply> Ask(Participant participant, WorkerRange range)
    {
        var call = participant.Replica.ComputeStep(new StepRequest(
            generation, Step, update.For(participant), range.First, range.End, telemetry.Parent, _hashWanted, _durableStep, participant.SharesMemory));
        telemetry.Asked(participant, update.Value?.Gradient.Length ?? 0, call);
        return call;
    }

    /// <inheritdoc />
    public ReplyStatus StatusOf(StepReply reply) => reply.Status;

    /// <inheritdoc />
    public void Accept(Participant participant, WorkerRange range, bool speculative, StepReply reply)
    {
        _nodes.AddRange(reply.Nodes);
        telemetry.Answered(participant, reply);
        Note(participant, range, speculative, reply.Hash, reply.Draining);
    }

    /// <summary>Takes the answers to all slices of a step.</summary>
    public void Accept(IReadOnlyList<SliceReply> slices)
    {
        _nodes.Add(slices[0].Nodes[0] with { Gradient = sum.Join([.. slices.Select(slice => slice.Nodes[0].Gradient)]) });
        _isJoined = true;
        telemetry.Answered(slices);
        var bySilo = participants.All.ToDictionary(participant => participant.Silo);
        foreach (var report in slices[0].Silos)
        {
            Note(bySilo[report.Share.Silo], new WorkerRange(report.Share.FirstWorker, report.Share.EndWorker), speculative: false, report.Hash, report.Draining);
        }
    }

    private void Note(Participant participant, WorkerRange range, bool speculative, StateHash? hash, bool draining)
    {
        if (range.Count > 0)
        {
            _shares.Add(new LedgerShare(participant.Report.Name, range.First, range.End, speculative));
        }

        if (hash is { } known)
        {
            _hashes.Add((participant.Report.Name, known));
        }

        if (draining)
        {
            Draining.Add(participant);
        }
    }
}
