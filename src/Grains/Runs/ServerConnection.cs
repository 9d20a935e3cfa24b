using Microsoft.Extensions.Logging;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Ledgers;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Grains.Cluster;
using Mnist.Distributed.Grains.ParameterServers;

namespace Mnist.Distributed.Grains.Runs;

/// <summary>
/// A run's line to its parameter server. One that fails or falls silent is replaced by the next generation, on another silo, without
/// waiting until the cluster has declared the old one's silo dead; the replicas see to it that the old one stands down.
/// </summary>
/// <param name="grains">The cluster's grains.</param>
/// <param name="roster">The cluster's silos.</param>
/// <param name="self">The silo of the run grain.</param>
/// <param name="time">The clock.</param>
/// <param name="stragglers">The parameter server's limits; its own answers may take a little longer.</param>
/// <param name="logger">Told of every new generation and its reason.</param>
public sealed partial class ServerConnection(IGrainFactory grains, IRoster roster, SiloAddress self, TimeProvider time, StragglerOptions stragglers, ILogger logger)
{
    /// <summary>How long a parameter server may take to take up the run from replicas that are loaded already.</summary>
    private static readonly TimeSpan FailoverTimeout = TimeSpan.FromSeconds(2);

    /// <summary>So much longer than for a silo is waited for the parameter server, which waits for silos itself.</summary>
    private static readonly TimeSpan AnswerMargin = TimeSpan.FromMilliseconds(100);

    /// <summary>Between two attempts that fail at once; grows with each to <see cref="LongestPause"/>.</summary>
    private static readonly TimeSpan FailoverPause = TimeSpan.FromMilliseconds(100);

    /// <summary>A wait that took so many times longer than it should have was not a wait for the parameter server.</summary>
    private const double Oversleep = 2;

    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    /// <summary>A parameter server answers within a moment, whatever it is at.</summary>
    private readonly StragglerTimeout _answers = new(new StragglerOptions { Least = stragglers.Least + AnswerMargin }, TimeSpan.FromSeconds(1));

    /// <summary>The newest generation.</summary>
    public RunGeneration Generation { get; private set; }

    /// <summary>Its silo.</summary>
    public SiloAddress? Silo { get; private set; }

    private IParameterServerGrain Server => grains.GetGrain<IParameterServerGrain>(RunKey.Of(Generation.RunId, Generation.Number, Silo!));

    /// <summary>Names the next generation: on another silo than the last one's and, where there is a choice, than this one. Then one loss is never both.</summary>
    public void Choose(RunGeneration generation)
    {
        var others = roster.Active.Where(silo => !silo.Equals(Silo) && !silo.Equals(self)).ToArray();
        (Generation, Silo) = (generation, others.Length > 0 ? others[(int)(generation.Number % others.Length)] : self);
    }

    /// <summary>Starts the parameter server and waits until every silo has loaded what it needs.</summary>
    /// <returns>The silos that take part.</returns>
    /// <exception cref="InvalidInputException">The cluster cannot run the plan.</exception>
    public Task<IReadOnlyList<SiloReport>> Begin(RunHandover handover) => Server.Begin(handover);

    /// <summary>Takes up the line to a generation that may still be at work.</summary>
    public void Rejoin(RunGeneration generation, SiloAddress silo) => (Generation, Silo) = (generation, silo);

    /// <summary>Lets the parameter server and its silos forget the run.</summary>
    public Task Release() => Server.Release();

    /// <summary>Asks the parameter server; if it does not answer, the next one.</summary>
    /// <param name="ask">A question that may be repeated.</param>
    /// <param name="handOver">Remembers the new generation and gives what it needs to take up the run.</param>
    public async Task<T> Ask<T>(Func<IParameterServerGrain, Task<T>> ask, Func<HandoverReason, Task<RunHandover>> handOver)
    {
        while (true)
        {
            var start = time.GetTimestamp();
            var timeout = _answers.Next();
            var outcome = await Outcome.Of(ask(Server), timeout.Limit, time);
            if (outcome is { IsLate: false, Failure: null })
            {
                _answers.Record(time.GetElapsedTime(start));
                return outcome.Value!;
            }

            if (outcome.IsLate && time.GetElapsedTime(start) > timeout.Limit * Oversleep)
            {
                // The clock jumped: it was this process that stood still, and the parameter server may have gone on without it.
                continue;
            }

            await FailOver(outcome.Reason ?? $"no answer from the parameter server within {timeout.Limit.TotalSeconds:F1} s", handOver);
        }
    }

    /// <summary>Replaces the parameter server.</summary>
    public async Task FailOver(string reason, Func<HandoverReason, Task<RunHandover>> handOver)
    {
        for (var failures = 0; ; failures++)
        {
            if (failures > 0)
            {
                await Task.Delay(TimeSpan.FromTicks(Math.Min(FailoverPause.Ticks << Math.Min(failures - 1, 5), LongestPause.Ticks)), time);
            }

            Choose(Generation with { Number = Generation.Number + 1 });
            LogFailover(Generation.Number, Generation.RunId, reason);
            var handover = await handOver(new HandoverReason(IncidentKind.TakenOver, reason));
            var outcome = await Outcome.Of(Begin(handover), FailoverTimeout, time);
            if (outcome is { IsLate: false, Failure: null })
            {
                return;
            }

            reason = outcome.Reason ?? $"not taken up within {FailoverTimeout.TotalSeconds:F0} s";
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Generation {Generation} of run {RunId} takes over: {Reason}")]
    private partial void LogFailover(long generation, string runId, string reason);
}
