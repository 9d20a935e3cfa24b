using Microsoft.Extensions.Logging;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Ledgers;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Grains.Cluster;
using Mnist.Distributed.Grains.ParameterServers;

namespace Mnist.Distributed.Grains.Runs;

/// <summary>
/// The connection of the run grain to its parameter server. If the parameter server fails or does
/// not answer, the next generation on another silo replaces it. The failover does not wait until
/// the cluster has declared the old silo dead. The replicas refuse the requests of the old
/// generation, so it stops.
/// </summary>
/// <param name="silo">The silo of the run grain.</param>
/// <param name="store">The record of the run, which knows the next generation.</param>
/// <param name="options">The timeouts and pauses.</param>
/// <param name="logger">Logs every new generation and its reason.</param>
public sealed partial class ServerConnection(HostSilo silo, RunStore store, FailoverOptions options, ILogger logger)
{
    /// <summary>
    /// The run grain waits this much longer for the parameter server than the parameter server
    /// waits for a silo. More is not necessary, because the parameter server always answers within
    /// a moment.
    /// </summary>
    private static readonly TimeSpan AnswerMargin = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// If a timer took this many times longer than requested, then this process was stopped for a
    /// while.
    /// </summary>
    private const double Oversleep = 2;

    private readonly TimeProvider _time = silo.View.Time;

    private readonly StragglerTimeout _answers = new(new StragglerOptions { Least = options.StragglerTimeout + AnswerMargin }, TimeSpan.FromSeconds(1));

    /// <summary>The newest generation.</summary>
    public RunGeneration Generation { get; private set; }

    /// <summary>The silo of the newest generation.</summary>
    public SiloAddress? Silo { get; private set; }

    private IParameterServerGrain Server => silo.Grains.GetGrain<IParameterServerGrain>(RunKey.Of(Generation.RunId, Generation.Number, Silo!));

    /// <summary>Chooses the next generation and its silo.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="isOnOneSilo">Whether the run trains on one silo.</param>
    public async Task ChooseNext(string runId, bool isOnOneSilo)
    {
        var placement = new ServerPlacement(silo.View);
        var next = isOnOneSilo ? await placement.LeastLoaded(runId, Silo, store.NextGeneration) : null;
        Generation = new RunGeneration(runId, store.NextGeneration);
        Silo = next ?? placement.AmongAll(Silo, Generation.Number);
    }

    /// <summary>
    /// Starts the parameter server and waits until every silo has loaded the data of the run.
    /// </summary>
    /// <returns>The participants.</returns>
    /// <exception cref="InvalidInputException">
    /// The cluster cannot run the plan. The message says why.
    /// </exception>
    public Task<IReadOnlyList<SiloReport>> Begin(RunHandover handover) => Server.Begin(handover);

    /// <summary>Connects to a generation that may still be working.</summary>
    public void Rejoin(RunGeneration generation, SiloAddress server) => (Generation, Silo) = (generation, server);

    /// <summary>Ends the parameter server and removes the run from its silos.</summary>
    public Task Release() => Server.Release();

    /// <summary>
    /// Asks the parameter server. If it fails or does not answer in time, a failover follows, and
    /// the next generation is asked.
    /// </summary>
    /// <param name="ask">A call that may be repeated.</param>
    /// <param name="handOver">Notes the new generation and builds its handover.</param>
    /// <exception cref="InvalidInputException">The model cannot compute a step.</exception>
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

            if (outcome.Failure is InvalidInputException)
            {
                throw outcome.Failure;
            }

            if (outcome.IsLate && _time.GetElapsedTime(start) > timeout.Limit * Oversleep)
            {
                // This process was stopped for a while. The parameter server may have worked in the
                // meantime, so a late answer does not show that it is lost.
                continue;
            }

            await FailOver(outcome.Reason ?? $"no answer from the parameter server within {timeout.Limit.TotalSeconds:F1} s", handOver);
        }
    }

    /// <summary>
    /// Replaces the parameter server by the next generation. If the new one cannot begin, the next
    /// one is tried after a pause.
    /// </summary>
    public async Task FailOver(string reason, Func<HandoverReason, Task<RunHandover>> handOver)
    {
        for (var failures = 0; ; failures++)
        {
            await Task.Delay(new GrowingPause(options.FirstPause, options.LongestPause).After(failures), _time);
            await ChooseNext(Generation.RunId, store.Record.Options.IsOnOneSilo);
            LogFailover(Generation.Number, Generation.RunId, reason);
            var handover = await handOver(new HandoverReason(IncidentKind.TakenOver, reason));
            var outcome = await Outcome.Of(Begin(handover), options.Timeout, _time);
            if (outcome is { IsLate: false, Failure: null })
            {
                return;
            }

            reason = outcome.Reason ?? $"the new parameter server has not begun within {options.Timeout.TotalSeconds:F0} s";
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Failover: generation {Generation} of run {RunId} replaces the one before: {Reason}")]
    private partial void LogFailover(long generation, string runId, string reason);
}
