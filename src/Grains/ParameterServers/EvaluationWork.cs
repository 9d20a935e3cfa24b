using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Training.Evaluation;
using Mnist.Distributed.Training.Summation;

namespace Mnist.Distributed.Grains.ParameterServers;

public sealed partial class ParameterServer
{
    /// <summary>The chunks of an evaluation of the parameters at the current step.</summary>
    private sealed class EvaluationWork : ISharedWork<EvaluationReply>
    {
        private readonly ParameterServer _server;
        private readonly string? _traceParent;
        private readonly TestChunks _chunks;
        private readonly IReadOnlyList<StepTotals>[] _batches;

        public EvaluationWork(ParameterServer server, string? traceParent)
        {
            _server = server;
            _traceParent = traceParent;
            _chunks = new TestChunks(server._plan.TestSamples, server._plan.BatchSize);
            _batches = new IReadOnlyList<StepTotals>[_chunks.Count];
        }

        /// <inheritdoc />
        public int Items => _chunks.Count;

        /// <inheritdoc />
        public long Step => _server.Step;

        /// <summary>Loss and accuracy, once all chunks are there.</summary>
        public EvaluationResult Result
        {
            get
            {
                var inOrder = _batches.SelectMany(batch => batch).ToArray();
                var total = inOrder.Aggregate((left, right) => left + right);
                return new EvaluationResult(inOrder.Average(batch => batch.Loss), total.Metric);
            }
        }

        /// <inheritdoc />
        public Task<EvaluationReply> Ask(Participant participant, WorkerRange range) =>
            participant.Replica.Evaluate(new EvaluationRequest(_server._generation, Step, _server.UpdateFor(participant), range.First, range.End, _traceParent));

        /// <inheritdoc />
        public ReplyStatus StatusOf(EvaluationReply reply) => reply.Status;

        /// <inheritdoc />
        public void Accept(Participant participant, WorkerRange range, bool speculative, EvaluationReply reply)
        {
            for (var chunk = range.First; chunk < range.End; chunk++)
            {
                _batches[chunk] = [.. reply.Batches.Skip((chunk - range.First) * _chunks.BatchesPerChunk).Take(_chunks.BatchesPerChunk)];
            }
        }

        /// <inheritdoc />
        public void ReplaceBuffers() => _server._sum.ReplaceBuffers();

        /// <inheritdoc />
        public Task<TrainingState> CurrentState() => _server.GetState();
    }
}
