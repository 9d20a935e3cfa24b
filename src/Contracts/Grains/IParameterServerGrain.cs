using Mnist.Distributed.Contracts.Ledgers;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Contracts.State;

namespace Mnist.Distributed.Contracts.Grains;

/// <summary>
/// Commits a run's steps, one after the other; its key is <c>run id/generation@silo</c>. For each step it asks the replicas for their
/// workers' gradients, adds them up in worker order and hands the sum back to every replica, which divides it by the samples.
/// It works on by itself; calls only set its aim and ask how far it is, answer within a fraction of a second and may be repeated.
/// </summary>
[Alias("mnist.IParameterServerGrain")]
public interface IParameterServerGrain : IGrainWithStringKey
{
    /// <summary>Takes up the run at the newest state there is in the cluster, or at the checkpoint if that is newer.</summary>
    /// <param name="handover">What it needs to know of the run.</param>
    /// <returns>The silos that take part.</returns>
    /// <exception cref="InvalidInputException">A silo cannot run the plan.</exception>
    [Alias("Begin"), ResponseTimeout("00:05:00")]
    Task<IReadOnlyList<SiloReport>> Begin(RunHandover handover);

    /// <summary>Lets it commit steps until <paramref name="targetStep"/> is reached.</summary>
    /// <param name="targetStep">Step of the run to stop before; never past the end of the epoch.</param>
    /// <param name="durableStep">The ledger of the steps before this one is durable.</param>
    /// <param name="traceParent">W3C trace context of the epoch, or null.</param>
    /// <returns>How far it is after a moment.</returns>
    [Alias("Advance")]
    Task<StepProgress> Advance(long targetStep, long durableStep, string? traceParent);

    /// <summary>Lets it evaluate the parameters at a step on the test split, spread over the silos.</summary>
    /// <param name="step">The step, reached or about to be.</param>
    /// <param name="traceParent">W3C trace context of the epoch, or null.</param>
    /// <returns>The result, or null while it is at it.</returns>
    [Alias("Evaluate")]
    Task<EvaluationResult?> Evaluate(long step, string? traceParent);

    /// <summary>The state at a step.</summary>
    /// <param name="step">The step, reached or about to be.</param>
    /// <param name="traceParent">W3C trace context of the epoch, or null.</param>
    /// <returns>The state, or null while the step is not reached.</returns>
    [Alias("GetState")]
    Task<TrainingState?> GetState(long step, string? traceParent);

    /// <summary>Stops after the step it is in.</summary>
    /// <returns>The state there.</returns>
    [Alias("Stop")]
    Task<TrainingState> Stop();

    /// <summary>Lets every silo forget the run.</summary>
    [Alias("Release")]
    Task Release();
}

/// <summary>How far the parameter server has come.</summary>
/// <param name="Step">Committed steps of the run.</param>
/// <param name="Totals">Totals of the epoch.</param>
/// <param name="DivergedAt">The step whose loss was not a finite number, or null. That step is not committed.</param>
/// <param name="Incidents">What happened in the steps that are not durable yet.</param>
/// <param name="Seconds">Seconds that this server's steps have taken until then.</param>
[GenerateSerializer, Immutable, Alias("mnist.StepProgress")]
public sealed record StepProgress(
    [property: Id(0)] long Step,
    [property: Id(1)] EpochTotals Totals,
    [property: Id(2)] long? DivergedAt,
    [property: Id(3)] IReadOnlyList<Incident> Incidents,
    [property: Id(4)] double Seconds);

/// <summary>Result of an evaluation.</summary>
/// <param name="Loss">Mean over batches of the mean loss per sample.</param>
/// <param name="Metric">The metric over the test samples.</param>
[GenerateSerializer, Immutable, Alias("mnist.EvaluationResult")]
public sealed record EvaluationResult([property: Id(0)] double Loss, [property: Id(1)] double Metric);
