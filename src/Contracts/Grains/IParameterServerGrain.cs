using Mnist.Distributed.Contracts.Ledgers;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Contracts.State;

namespace Mnist.Distributed.Contracts.Grains;

/// <summary>
/// Commits the steps of a run, one after the other. Its key is <c>run id/generation@silo</c>. For
/// each step it asks the replicas for the gradients of their workers, adds the gradients up in
/// worker order, and sends the sum to every replica. The replicas divide the sum by the number of
/// samples. The parameter server trains in the background. Calls only set its target and ask for
/// its progress; they answer within a fraction of a second, and may be repeated.
/// </summary>
[Alias("mnist.IParameterServerGrain")]
public interface IParameterServerGrain : IGrainWithStringKey
{
    /// <summary>
    /// Starts to serve the run, at the newest state in the cluster, or at the checkpoint if the
    /// checkpoint is newer.
    /// </summary>
    /// <param name="handover">Plan, options and newest checkpoint of the run.</param>
    /// <returns>The participants.</returns>
    /// <exception cref="InvalidInputException">A silo cannot run the plan.</exception>
    [Alias("Begin"), ResponseTimeout("00:05:00")]
    Task<IReadOnlyList<SiloReport>> Begin(RunHandover handover);

    /// <summary>
    /// Sets the target: the parameter server commits steps until it reaches
    /// <paramref name="targetStep"/>.
    /// </summary>
    /// <param name="targetStep">
    /// The step of the run at which it stops, counted from the start of the run; never past the end
    /// of the epoch.
    /// </param>
    /// <param name="durableStep">The ledger of all steps before this one is durable.</param>
    /// <returns>The progress after a short wait.</returns>
    [Alias("Advance")]
    Task<StepProgress> Advance(long targetStep, long durableStep);

    /// <summary>
    /// Asks for the evaluation of the parameters at a step on the test images. The silos share the
    /// work.
    /// </summary>
    /// <param name="step">
    /// The step. The parameter server has reached it, or has it as its target.
    /// </param>
    /// <returns>The result; null while the evaluation is not done.</returns>
    [Alias("Evaluate")]
    Task<EvaluationResult?> Evaluate(long step);

    /// <summary>The state at a step.</summary>
    /// <param name="step">
    /// The step. The parameter server has reached it, or has it as its target.
    /// </param>
    /// <returns>The state; null while the parameter server has not reached the step.</returns>
    [Alias("GetState")]
    Task<TrainingState?> GetState(long step);

    /// <summary>Stops the training after the step in progress.</summary>
    /// <returns>The state after the last committed step.</returns>
    [Alias("Stop")]
    Task<TrainingState> Stop();

    /// <summary>Removes the run from every silo.</summary>
    [Alias("Release")]
    Task Release();
}

/// <summary>The progress of the parameter server.</summary>
/// <param name="Step">Number of committed steps since the start of the run.</param>
/// <param name="Totals">Totals of the epoch.</param>
/// <param name="DivergedAt">The step whose loss was not a finite number, or null. That step is not
/// committed.</param>
/// <param name="Incidents">The incidents of the steps that are not durable yet.</param>
/// <param name="Seconds">Seconds that the steps of this generation have taken so far.</param>
/// <param name="Silos">How fast the silos are; null if it is not known.</param>
[GenerateSerializer, Immutable, Alias("mnist.StepProgress")]
public sealed record StepProgress(
    [property: Id(0)] long Step,
    [property: Id(1)] EpochTotals Totals,
    [property: Id(2)] long? DivergedAt,
    [property: Id(3)] IReadOnlyList<Incident> Incidents,
    [property: Id(4)] double Seconds,
    [property: Id(5)] IReadOnlyList<SiloPace>? Silos = null);

/// <summary>Result of an evaluation.</summary>
/// <param name="Loss">Mean over the test batches of the mean loss per sample of a batch.</param>
/// <param name="Metric">The metric over all test images.</param>
[GenerateSerializer, Immutable, Alias("mnist.EvaluationResult")]
public sealed record EvaluationResult([property: Id(0)] double Loss, [property: Id(1)] double Metric);
