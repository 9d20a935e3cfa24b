using System.Runtime.InteropServices;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Ledgers;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Training.Summation;

namespace Mnist.Distributed.Grains.ParameterServers;

/// <summary>
/// The workers' gradients of the step that is at hand. Its lists are used again for each step.
/// </summary>
/// <param name="generation">The parameter server that asks.</param>
/// <param name="handover">The run.</param>
/// <param name="participants">Who is asked.</param>
/// <param name="update">The update that leads to the step.</param>
/// <param name="sum">Adds up the gradients.</param>
public sealed class StepWork(RunGeneration generation, RunHandover handover, Participants participants, LastUpdate update, StepSum sum) : ISharedWork<StepReply>
{
    private readonly List<GradientNode> _nodes = [];
    private readonly List<LedgerShare> _shares = [];
    private readonly List<(string Silo, StateHash Hash)> _hashes = [];
    private LedgerShare[] _lastShares = [];
    private long _durableStep;
    private string? _traceParent;
    private bool _hashWanted;
    private bool _isJoined;

    /// <summary>The parts of the sum.</summary>
    public IReadOnlyList<GradientNode> Nodes => _nodes;

    /// <summary>The participants that are about to leave.</summary>
    public List<Participant> Draining { get; } = [];

    /// <inheritdoc />
    public int Items => handover.Plan.Workers;

    /// <inheritdoc />
    public long Step { get; private set; }

    /// <summary>
    /// Whether the sum may be passed on in the memory it is in: that memory is the server's own, or
    /// its silo is the only one. A silo applies an update before its workers write to the gradients
    /// that the update consists of.
    /// </summary>
    public bool IsSumKept => _isJoined || participants.All is [{ IsLocal: true }];

    /// <summary>
    /// What a silo is asked for when the step is tried in slices, apart from the slice.
    /// </summary>
    public SliceRequest InSlices => new(generation, Step, update.Value, 0, 0, [], 0, _traceParent, _hashWanted, _durableStep);

    /// <summary>Begins with a step.</summary>
    /// <param name="step">The step.</param>
    /// <param name="durableStep">The step before which the ledger is durable.</param>
    /// <param name="traceParent">W3C trace context of the step, or null.</param>
    public void Begin(long step, long durableStep, string? traceParent)
    {
        Step = step;
        _durableStep = durableStep;
        _nodes.Clear();
        _shares.Clear();
        _hashes.Clear();
        Draining.Clear();
        _isJoined = false;
        _traceParent = traceParent;
        _hashWanted = handover.Options.HashEvery > 0 && Step % handover.Options.HashEvery == 0;
    }

    /// <summary>
    /// Who computed what, in worker order; the same list as for the step before if nothing has
    /// changed.
    /// </summary>
    public IReadOnlyList<LedgerShare> Shares()
    {
        _shares.Sort((left, right) => left.FirstWorker.CompareTo(right.FirstWorker));
        return _lastShares = _lastShares.AsSpan().SequenceEqual(CollectionsMarshal.AsSpan(_shares)) ? _lastShares : [.. _shares];
    }

    /// <summary>
    /// The replicas' hash of the parameters. Equal fingerprints must lead to equal parameters.
    /// </summary>
    /// <exception cref="InvalidOperationException">They do not: a processor, a memory or a build is
    /// not what it says.</exception>
    public StateHash? Hash(bool acceptOthers) =>
        _hashes.Count == 0 ? null
        : acceptOthers || _hashes.TrueForAll(entry => entry.Hash == _hashes[0].Hash) ? _hashes[0].Hash
        : throw new InvalidOperationException(
            $"The silos hold different parameters at step {Step}: {string.Join(", ", _hashes.Select(entry => $"{entry.Silo} {entry.Hash}"))}.");

    /// <inheritdoc />
    public Task<StepReply> Ask(Participant participant, WorkerRange range) => participant.Replica.ComputeStep(new StepRequest(
        generation, Step, update.For(participant), range.First, range.End, _traceParent, _hashWanted, _durableStep, participant.SharesMemory));

    /// <inheritdoc />
    public ReplyStatus StatusOf(StepReply reply) => reply.Status;

    /// <inheritdoc />
    public void Accept(Participant participant, WorkerRange range, bool speculative, StepReply reply)
    {
        _nodes.AddRange(reply.Nodes);
        Note(participant, range, speculative, reply.Hash, reply.Draining);
    }

    /// <summary>Takes the answers to all slices.</summary>
    public void Accept(IReadOnlyList<SliceReply> slices)
    {
        _nodes.Add(slices[0].Nodes[0] with { Gradient = sum.Join([.. slices.Select(slice => slice.Nodes[0].Gradient)]) });
        _isJoined = true;
        var bySilo = participants.All.ToDictionary(participant => participant.Silo);
        foreach (var report in slices[0].Silos)
        {
            Note(bySilo[report.Share.Silo], new WorkerRange(report.Share.FirstWorker, report.Share.EndWorker), speculative: false, report.Hash, report.Draining);
        }
    }

    private void Note(Participant participant, WorkerRange range, bool speculative, StateHash? hash, bool leaving)
    {
        if (range.Count > 0)
        {
            _shares.Add(new LedgerShare(participant.Report.Name, range.First, range.End, speculative));
        }

        if (hash is { } known)
        {
            _hashes.Add((participant.Report.Name, known));
        }

        if (leaving)
        {
            Draining.Add(participant);
        }
    }
}
