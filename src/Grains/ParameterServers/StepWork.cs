using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Ledgers;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Training.Summation;

namespace Mnist.Distributed.Grains.ParameterServers;

public sealed partial class ParameterServer
{
    /// <summary>The workers' gradients of the step that is at hand. Its lists are used again for each step.</summary>
    private sealed class StepWork(ParameterServer server) : ISharedWork<StepReply>
    {
        private readonly List<GradientNode> _nodes = [];
        private readonly List<LedgerShare> _shares = [];
        private readonly List<(string Silo, StateHash Hash)> _hashes = [];
        private LedgerShare[] _lastShares = [];
        private string? _traceParent;
        private bool _hashWanted;

        /// <summary>The parts of the sum.</summary>
        public IReadOnlyList<GradientNode> Nodes => _nodes;

        /// <summary>The members that are about to leave.</summary>
        public List<Member> Leaving { get; } = [];

        /// <inheritdoc />
        public int Items => server._plan.Workers;

        /// <inheritdoc />
        public long Step => server.Step;

        /// <summary>Whether the server's own silo is the only one: it applies an update before its workers write to the gradients that the update consists of.</summary>
        public bool IsWithinSilo => server._membership.All is [{ IsLocal: true }];

        /// <summary>Begins with the server's step.</summary>
        public void Begin(string? traceParent)
        {
            _nodes.Clear();
            _shares.Clear();
            _hashes.Clear();
            Leaving.Clear();
            _traceParent = traceParent;
            _hashWanted = server._handover.Options.HashEvery > 0 && Step % server._handover.Options.HashEvery == 0;
        }

        /// <summary>Who computed what, in worker order; the same list as for the step before if nothing has changed.</summary>
        public IReadOnlyList<LedgerShare> Shares()
        {
            _shares.Sort((left, right) => left.FirstWorker.CompareTo(right.FirstWorker));
            return _lastShares = _lastShares.AsSpan().SequenceEqual(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_shares)) ? _lastShares : [.. _shares];
        }

        /// <summary>The replicas' hash of the parameters. Equal fingerprints must lead to equal parameters.</summary>
        /// <exception cref="InvalidOperationException">They do not: a processor, a memory or a build is not what it says.</exception>
        public StateHash? Hash(bool acceptOthers) =>
            _hashes.Count == 0 ? null
            : acceptOthers || _hashes.TrueForAll(entry => entry.Hash == _hashes[0].Hash) ? _hashes[0].Hash
            : throw new InvalidOperationException(
                $"The silos hold different parameters at step {Step}: {string.Join(", ", _hashes.Select(entry => $"{entry.Silo} {entry.Hash}"))}.");

        /// <inheritdoc />
        public Task<StepReply> Ask(Member member, WorkerRange range) => member.Replica.ComputeStep(new StepRequest(
            server._attempt, Step, server.UpdateFor(member), range.First, range.End, _traceParent, _hashWanted, server._durableStep, member.IsNear));

        /// <inheritdoc />
        public ReplyStatus StatusOf(StepReply reply) => reply.Status;

        /// <inheritdoc />
        public void Accept(Member member, WorkerRange range, bool speculative, StepReply reply)
        {
            _nodes.AddRange(reply.Nodes);
            if (range.Count > 0)
            {
                _shares.Add(new LedgerShare(member.Report.Name, range.First, range.End, speculative));
            }

            if (reply.Hash is { } hash)
            {
                _hashes.Add((member.Report.Name, hash));
            }

            if (reply.Leaving)
            {
                Leaving.Add(member);
            }
        }

        /// <inheritdoc />
        public void Abandon() => server._sum.Abandon();

        /// <inheritdoc />
        public Task<TrainingState> CurrentState() => server.GetState();
    }
}
