using Mnist.Distributed.Contracts.Ledgers;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Grains.Telemetry;

namespace Mnist.Distributed.Grains.ParameterServers;

/// <summary>
/// How fast the silos of a run are. Only some steps are measured, because a step may take less than
/// a millisecond.
/// </summary>
public sealed class SiloPaces
{
    /// <summary>One step of this many is measured.</summary>
    private const int Interval = 16;

    /// <summary>Weight of a new measurement in the moving averages.</summary>
    private const float Weight = 0.1f;

    private SiloPace[] _all = [];

    /// <summary>
    /// The silos that took part in the last measured step, in the order of their names.
    /// </summary>
    public IReadOnlyList<SiloPace> All => _all;

    /// <summary>Whether a step is measured.</summary>
    /// <param name="step">The step, counted from the start of the run.</param>
    public static bool Measures(long step) => step % Interval == 0;

    /// <summary>Adds a measured step.</summary>
    /// <param name="times">The times of the step.</param>
    /// <param name="shares">Which silo computed which workers.</param>
    public void Add(StepTimes times, IReadOnlyList<LedgerShare> shares)
    {
        var known = _all.ToDictionary(pace => pace.Silo);
        _all =
        [
            .. times.Answers.GroupBy(answer => answer.Silo).OrderBy(answers => answers.Key, StringComparer.Ordinal).Select(answers =>
            {
                var now = new SiloPace(
                    answers.Key,
                    shares.Where(share => share.Silo == answers.Key).Sum(share => share.EndWorker - share.FirstWorker),
                    (float)answers.Max(answer => answer.Seconds),
                    answers.Key == times.LastSilo ? 1 : 0);
                return known.GetValueOrDefault(answers.Key) is { } before
                    ? now with { Seconds = Mixed(before.Seconds, now.Seconds), LastShare = Mixed(before.LastShare, now.LastShare) }
                    : now;
            }),
        ];
    }

    private static float Mixed(float before, float now) => before + (Weight * (now - before));
}
