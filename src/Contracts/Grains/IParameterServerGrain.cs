using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Contracts.State;

namespace Mnist.Distributed.Contracts.Grains;

/// <summary>
/// Commits a run's steps, one after the other; its key is the run id. For each step it asks the replicas for their
/// workers' gradients, adds them up in worker order, divides by the samples and hands the average back to every replica.
/// All calls may be repeated: a step that is committed already is not computed again.
/// </summary>
[Alias("mnist.IParameterServerGrain")]
public interface IParameterServerGrain : IGrainWithStringKey
{
    /// <summary>Prepares the silos for the run and brings their replicas to one state.</summary>
    /// <param name="plan">What to train.</param>
    /// <param name="checkpoint">State to go on from, or null to start from freshly drawn weights.</param>
    /// <returns>The silos that take part.</returns>
    /// <exception cref="InvalidInputException">A silo cannot run the plan.</exception>
    [Alias("Prepare"), ResponseTimeout("00:05:00")]
    Task<IReadOnlyList<SiloReport>> Prepare(TrainingPlan plan, TrainingState? checkpoint);

    /// <summary>Commits steps until <paramref name="targetStep"/> is reached or a fraction of a second has passed.</summary>
    /// <param name="targetStep">Step of the run to stop before; never past the end of the epoch.</param>
    /// <param name="traceParent">W3C trace context of the epoch, or null.</param>
    [Alias("Advance"), ResponseTimeout("00:02:00")]
    Task<StepProgress> Advance(long targetStep, string? traceParent);

    /// <summary>Evaluates the current parameters on the test split, spread over the silos.</summary>
    [Alias("Evaluate"), ResponseTimeout("00:05:00")]
    Task<EvaluationResult> Evaluate(string? traceParent);

    /// <summary>The state at the current step.</summary>
    [Alias("GetState")]
    Task<TrainingState> GetState();

    /// <summary>Lets every silo forget the run.</summary>
    [Alias("Release")]
    Task Release();
}

/// <summary>How far the parameter server has come.</summary>
/// <param name="Step">Committed steps of the run.</param>
/// <param name="Totals">Totals of the epoch.</param>
/// <param name="DivergedAt">The step whose loss was not a finite number, or null. That step is not committed.</param>
[GenerateSerializer, Immutable, Alias("mnist.StepProgress")]
public sealed record StepProgress(
    [property: Id(0)] long Step,
    [property: Id(1)] EpochTotals Totals,
    [property: Id(2)] long? DivergedAt);

/// <summary>Result of an evaluation.</summary>
/// <param name="Loss">Mean over batches of the mean loss per sample.</param>
/// <param name="Accuracy">Share of samples classified correctly, 0..1.</param>
[GenerateSerializer, Immutable, Alias("mnist.EvaluationResult")]
public sealed record EvaluationResult([property: Id(0)] double Loss, [property: Id(1)] double Accuracy);
