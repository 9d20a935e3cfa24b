using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Training.Evaluation;
using Mnist.Distributed.Training.Summation;

namespace Mnist.Distributed.Grains.ParameterServers;

/// <summary>
/// The work of one evaluation: the chunks of the test images, evaluated with the parameters at one
/// step.
/// </summary>
public sealed class EvaluationWork : ISharedWork<EvaluationReply>
{
    private readonly RunGeneration _generation;
    private readonly LastUpdate _update;
    private readonly string? _traceParent;
    private readonly TestChunks _chunks;
    private readonly IReadOnlyList<StepTotals>[] _batches;

    /// <summary>Creates an evaluation without answers.</summary>
    /// <param name="generation">The generation of the parameter server that asks.</param>
    /// <param name="plan">The plan of the run.</param>
    /// <param name="step">The step of the parameters, counted from the start of the run.</param>
    /// <param name="update">The update that leads to the step.</param>
    /// <param name="traceParent">W3C trace context of the evaluation, or null.</param>
    public EvaluationWork(RunGeneration generation, TrainingPlan plan, long step, LastUpdate update, string? traceParent)
    {
        Step = step;
        _generation = generation;
        _update = update;
        _traceParent = traceParent;
        _chunks = new TestChunks(plan.TestSamples, plan.BatchSize);
        _batches = new IReadOnlyList<StepTotals>[_chunks.Count];
    }

    /// <inheritdoc />
    public int Items => _chunks.Count;

    /// <inheritdoc />
    public long Step { get; }

    /// <summary>Loss and metric. The result is valid when all chunks have been accepted.</summary>
    public EvaluationResult Result
    {
        get
        {
            var test = new TestTotals([.. _batches.SelectMany(batch => batch)]);
            return new EvaluationResult(test.Loss, test.Metric);
        }
    }

    /// <inheritdoc />
    public Task<EvaluationReply> Ask(Participant participant, WorkerRange range) =>
        participant.Replica.Evaluate(new EvaluationRequest(_generation, Step, _update.For(participant), range.First, range.End, _traceParent));

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
}
