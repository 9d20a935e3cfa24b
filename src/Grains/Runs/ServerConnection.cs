using Microsoft.Extensions.Logging;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Grains.ParameterServers;
using Orleans.Runtime.Placement;

namespace Mnist.Distributed.Grains.Runs;

/// <summary>
/// A run's line to its parameter server. One that fails or falls silent is replaced by the next attempt, on another silo, without
/// waiting until the cluster has declared the old one's silo dead; the replicas see to it that the old one stands down.
/// </summary>
/// <param name="grains">The cluster's grains.</param>
/// <param name="roster">The cluster's silos.</param>
/// <param name="self">The silo of the run grain.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Told of every new attempt and its reason.</param>
public sealed partial class ServerConnection(IGrainFactory grains, IRoster roster, SiloAddress self, TimeProvider time, ILogger logger)
{
    /// <summary>A parameter server answers within <c>0.2 s</c> whatever it is at.</summary>
    private static readonly TimeSpan AnswerPatience = TimeSpan.FromSeconds(1);

    /// <summary>How long a parameter server may take to take up the run from replicas that are loaded already.</summary>
    private static readonly TimeSpan TakeUpPatience = TimeSpan.FromSeconds(2);

    private SiloAddress? _silo;

    /// <summary>The newest attempt.</summary>
    public RunAttempt Attempt { get; private set; }

    private IParameterServerGrain Server => grains.GetGrain<IParameterServerGrain>(RunKey.Of(Attempt.RunId, Attempt.Number));

    /// <summary>Starts the first parameter server of a run, which waits until every silo has loaded what it needs.</summary>
    /// <exception cref="InvalidInputException">A silo cannot run the plan.</exception>
    public Task<IReadOnlyList<SiloReport>> Begin(RunAttempt attempt, TrainingPlan plan, TrainingState? checkpoint)
    {
        Attempt = attempt;
        return BeginElsewhere(plan, checkpoint);
    }

    /// <summary>Takes up the line to an attempt that may still be at work.</summary>
    public void Resume(RunAttempt attempt) => Attempt = attempt;

    /// <summary>Asks the parameter server; if it does not answer, the next one.</summary>
    /// <param name="ask">A question that may be repeated.</param>
    /// <param name="takeUp">Remembers the new attempt and gives what it needs to take up the run.</param>
    public async Task<T> Ask<T>(Func<IParameterServerGrain, Task<T>> ask, Func<RunAttempt, Task<(TrainingPlan Plan, TrainingState? Checkpoint)>> takeUp)
    {
        while (true)
        {
            var outcome = await Outcome.Of(ask(Server), AnswerPatience, time);
            if (outcome is { IsLate: false, Failure: null })
            {
                return outcome.Value!;
            }

            await TakeUp(outcome.Failure?.Message ?? $"no answer within {AnswerPatience.TotalSeconds:F0} s", takeUp);
        }
    }

    private async Task TakeUp(string reason, Func<RunAttempt, Task<(TrainingPlan Plan, TrainingState? Checkpoint)>> takeUp)
    {
        while (true)
        {
            Attempt = Attempt with { Number = Attempt.Number + 1 };
            LogTakeUp(Attempt.Number, Attempt.RunId, reason);
            var (plan, checkpoint) = await takeUp(Attempt);
            var outcome = await Outcome.Of(BeginElsewhere(plan, checkpoint), TakeUpPatience, time);
            if (outcome is { IsLate: false, Failure: null })
            {
                return;
            }

            reason = outcome.Failure?.Message ?? $"not taken up within {TakeUpPatience.TotalSeconds:F0} s";
        }
    }

    /// <summary>
    /// Begins on another silo than the last parameter server's and, where there is a choice, than this one: then one loss is never both.
    /// </summary>
    private async Task<IReadOnlyList<SiloReport>> BeginElsewhere(TrainingPlan plan, TrainingState? checkpoint)
    {
        var others = roster.Active.Where(silo => silo != _silo && silo != self).ToArray();
        _silo = others.Length > 0 ? others[(int)(Attempt.Number % others.Length)] : self;

        // The hint travels with every call made under it and would move the workers too, so it ends with this one.
        RequestContext.Set(IPlacementDirector.PlacementHintKey, _silo);
        var beginning = Server.Begin(plan, checkpoint);
        RequestContext.Remove(IPlacementDirector.PlacementHintKey);
        return await beginning;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Attempt {Attempt} at run {RunId} takes over: {Reason}")]
    private partial void LogTakeUp(long attempt, string runId, string reason);
}
