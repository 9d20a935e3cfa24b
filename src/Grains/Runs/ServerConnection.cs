using Microsoft.Extensions.Logging;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Ledgers;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Grains.ParameterServers;

namespace Mnist.Distributed.Grains.Runs;

/// <summary>
/// A run's line to its parameter server. One that fails or falls silent is replaced by the next attempt, on another silo, without
/// waiting until the cluster has declared the old one's silo dead; the replicas see to it that the old one stands down.
/// </summary>
/// <param name="grains">The cluster's grains.</param>
/// <param name="roster">The cluster's silos.</param>
/// <param name="self">The silo of the run grain.</param>
/// <param name="time">The clock.</param>
/// <param name="lateness">The parameter server's limits; its own answers may take a little longer.</param>
/// <param name="logger">Told of every new attempt and its reason.</param>
public sealed partial class ServerConnection(IGrainFactory grains, IRoster roster, SiloAddress self, TimeProvider time, LatenessOptions lateness, ILogger logger)
{
    /// <summary>How long a parameter server may take to take up the run from replicas that are loaded already.</summary>
    private static readonly TimeSpan TakeUpPatience = TimeSpan.FromSeconds(2);

    /// <summary>So much longer than for a silo is waited for the parameter server, which waits for silos itself.</summary>
    private static readonly TimeSpan AnswerMargin = TimeSpan.FromMilliseconds(100);

    /// <summary>Between two attempts that fail at once; grows with each to <see cref="LongestPause"/>.</summary>
    private static readonly TimeSpan TakeUpPause = TimeSpan.FromMilliseconds(100);

    /// <summary>A wait that took so many times longer than it should have was not a wait for the parameter server.</summary>
    private const double Oversleep = 2;

    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    /// <summary>A parameter server answers within a moment, whatever it is at.</summary>
    private readonly Lateness _answers = new(new LatenessOptions { Least = lateness.Least + AnswerMargin }, TimeSpan.FromSeconds(1));

    /// <summary>The newest attempt.</summary>
    public RunAttempt Attempt { get; private set; }

    /// <summary>Its silo.</summary>
    public SiloAddress? Silo { get; private set; }

    private IParameterServerGrain Server => grains.GetGrain<IParameterServerGrain>(RunKey.Of(Attempt.RunId, Attempt.Number, Silo!));

    /// <summary>Names the next attempt: on another silo than the last one's and, where there is a choice, than this one. Then one loss is never both.</summary>
    public void Choose(RunAttempt attempt)
    {
        var others = roster.Active.Where(silo => !silo.Equals(Silo) && !silo.Equals(self)).ToArray();
        (Attempt, Silo) = (attempt, others.Length > 0 ? others[(int)(attempt.Number % others.Length)] : self);
    }

    /// <summary>Starts the parameter server and waits until every silo has loaded what it needs.</summary>
    /// <returns>The silos that take part.</returns>
    /// <exception cref="InvalidInputException">The cluster cannot run the plan.</exception>
    public Task<IReadOnlyList<SiloReport>> Begin(RunHandover handover) => Server.Begin(handover);

    /// <summary>Takes up the line to an attempt that may still be at work.</summary>
    public void Rejoin(RunAttempt attempt, SiloAddress silo) => (Attempt, Silo) = (attempt, silo);

    /// <summary>Lets the parameter server and its silos forget the run.</summary>
    public Task Release() => Server.Release();

    /// <summary>Asks the parameter server; if it does not answer, the next one.</summary>
    /// <param name="ask">A question that may be repeated.</param>
    /// <param name="handOver">Remembers the new attempt and gives what it needs to take up the run.</param>
    public async Task<T> Ask<T>(Func<IParameterServerGrain, Task<T>> ask, Func<HandoverReason, Task<RunHandover>> handOver)
    {
        while (true)
        {
            var start = time.GetTimestamp();
            var patience = _answers.Next();
            var outcome = await Outcome.Of(ask(Server), patience.Limit, time);
            if (outcome is { IsLate: false, Failure: null })
            {
                _answers.Record(time.GetElapsedTime(start));
                return outcome.Value!;
            }

            if (outcome.IsLate && time.GetElapsedTime(start) > patience.Limit * Oversleep)
            {
                // The clock jumped: it was this process that stood still, and the parameter server may have gone on without it.
                continue;
            }

            await TakeUp(outcome.Reason ?? $"no answer from the parameter server within {patience.Limit.TotalSeconds:F1} s", handOver);
        }
    }

    /// <summary>Replaces the parameter server.</summary>
    public async Task TakeUp(string reason, Func<HandoverReason, Task<RunHandover>> handOver)
    {
        for (var failures = 0; ; failures++)
        {
            if (failures > 0)
            {
                await Task.Delay(TimeSpan.FromTicks(Math.Min(TakeUpPause.Ticks << Math.Min(failures - 1, 5), LongestPause.Ticks)), time);
            }

            Choose(Attempt with { Number = Attempt.Number + 1 });
            LogTakeUp(Attempt.Number, Attempt.RunId, reason);
            var handover = await handOver(new HandoverReason(IncidentKind.TakenOver, reason));
            var outcome = await Outcome.Of(Begin(handover), TakeUpPatience, time);
            if (outcome is { IsLate: false, Failure: null })
            {
                return;
            }

            reason = outcome.Reason ?? $"not taken up within {TakeUpPatience.TotalSeconds:F0} s";
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Attempt {Attempt} at run {RunId} takes over: {Reason}")]
    private partial void LogTakeUp(long attempt, string runId, string reason);
}
