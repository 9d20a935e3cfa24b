using Microsoft.Extensions.Logging;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Ledgers;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Grains.Cluster;
using Mnist.Distributed.Grains.ParameterServers;

namespace Mnist.Distributed.Grains.Runs;

/// <summary>
/// A run's line to its parameter server. One that fails or falls silent is replaced by the next
/// generation, on another silo, without waiting until the cluster has declared the old one's silo
/// dead; the replicas see to it that the old one stands down.
/// </summary>
/// <param name="silo">The silo of the run's grain.</param>
/// <param name="options">The limits.</param>
/// <param name="logger">Told of every new generation and its reason.</param>
public sealed partial class ServerConnection(HostSilo silo, FailoverOptions options, ILogger logger)
{
    /// <summary>
    /// The run waits this much longer for the parameter server than the parameter server waits for
    /// a silo. It need not be longer: the parameter server answers within a moment, whatever it is
    /// at.
    /// </summary>
    private static readonly TimeSpan AnswerMargin = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// A timer that took this many times longer than it should shows that this process stood still.
    /// </summary>
    private const double Oversleep = 2;

    /// <summary>
    /// So many doublings of any pause are longer than every limit, and still fit a number of ticks.
    /// </summary>
    private const int MostDoublings = 30;

    private readonly TimeProvider _time = silo.View.Time;

    private readonly StragglerTimeout _answers = new(new StragglerOptions { Least = options.StragglerTimeout + AnswerMargin }, TimeSpan.FromSeconds(1));

    /// <summary>The newest generation.</summary>
    public RunGeneration Generation { get; private set; }

    /// <summary>Its silo.</summary>
    public SiloAddress? Silo { get; private set; }

    private IParameterServerGrain Server => silo.Grains.GetGrain<IParameterServerGrain>(RunKey.Of(Generation.RunId, Generation.Number, Silo!));

    /// <summary>
    /// Names the next generation, and its silo: another one than the last generation's and, where
    /// there is a choice, than the run grain's. So the loss of one silo takes either the run grain
    /// or the parameter server, not both.
    /// </summary>
    public void Choose(RunGeneration generation)
    {
        var self = silo.View.Address;
        var others = silo.View.Roster.Active.Where(other => !other.Equals(Silo) && !other.Equals(self)).ToArray();
        (Generation, Silo) = (generation, others.Length > 0 ? others[(int)(generation.Number % others.Length)] : self);
    }

    /// <summary>
    /// Starts the parameter server and waits until every silo has loaded what it needs.
    /// </summary>
    /// <returns>The silos that take part.</returns>
    /// <exception cref="InvalidInputException">The cluster cannot run the plan.</exception>
    public Task<IReadOnlyList<SiloReport>> Begin(RunHandover handover) => Server.Begin(handover);

    /// <summary>Connects to a generation that may still be at work.</summary>
    public void Rejoin(RunGeneration generation, SiloAddress server) => (Generation, Silo) = (generation, server);

    /// <summary>Lets the parameter server and its silos forget the run.</summary>
    public Task Release() => Server.Release();

    /// <summary>Asks the parameter server; if it does not answer, the next one.</summary>
    /// <param name="ask">A question that may be repeated.</param>
    /// <param name="handOver">Remembers the new generation and gives what it needs to
    /// begin.</param>
    public async Task<T> Ask<T>(Func<IParameterServerGrain, Task<T>> ask, Func<HandoverReason, Task<RunHandover>> handOver)
    {
        while (true)
        {
            var start = _time.GetTimestamp();
            var timeout = _answers.Next();
            var outcome = await Outcome.Of(ask(Server), timeout.Limit, _time);
            if (outcome is { IsLate: false, Failure: null })
            {
                _answers.Record(_time.GetElapsedTime(start));
                return outcome.Value!;
            }

            if (outcome.IsLate && _time.GetElapsedTime(start) > timeout.Limit * Oversleep)
            {
                // This process stood still; the parameter server may have gone on without it.
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
                await Task.Delay(PauseAfter(failures), _time);
            }

            Choose(Generation with { Number = Generation.Number + 1 });
            LogFailover(Generation.Number, Generation.RunId, reason);
            var handover = await handOver(new HandoverReason(IncidentKind.TakenOver, reason));
            var outcome = await Outcome.Of(Begin(handover), options.Timeout, _time);
            if (outcome is { IsLate: false, Failure: null })
            {
                return;
            }

            reason = outcome.Reason ?? $"not taken up within {options.Timeout.TotalSeconds:F0} s";
        }
    }

    private TimeSpan PauseAfter(int failures) =>
        TimeSpan.FromTicks(Math.Min(options.FirstPause.Ticks << Math.Min(failures - 1, MostDoublings), options.LongestPause.Ticks));

    [LoggerMessage(Level = LogLevel.Warning, Message = "Generation {Generation} of run {RunId} takes over: {Reason}")]
    private partial void LogFailover(long generation, string runId, string reason);
}
