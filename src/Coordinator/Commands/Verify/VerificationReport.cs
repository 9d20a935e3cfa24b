using System.Globalization;
using Mnist.Distributed.Contracts.Ledgers;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Coordinator.Terminal;

namespace Mnist.Distributed.Coordinator.Commands.Verify;

/// <summary>Prints the result of a verification, as lines or as JSON lines.</summary>
/// <param name="runId">The run.</param>
/// <param name="range">The steps that are compared.</param>
/// <param name="start">The step from which the run is recomputed.</param>
/// <param name="json">Whether to print JSON lines.</param>
internal sealed class VerificationReport(string runId, StepRange range, long start, bool json)
{
    private const int MostLines = 20;

    private int _compared;
    private int _different;

    /// <summary>Prints a step, if it is worth a line.</summary>
    public void Step(long step, StateHash recorded, StateHash computed)
    {
        _compared++;
        _different += recorded == computed ? 0 : 1;
        if (json)
        {
            Json.Print(new { Step = step, Recorded = recorded.ToString(), Computed = computed.ToString(), Agrees = recorded == computed });
        }
        else if ((range.Count <= MostLines && recorded == computed) || (recorded != computed && _different <= MostLines))
        {
            Console.WriteLine(Line($"step {step:N0}: {recorded}, {(recorded == computed ? "agrees" : $"but the plain trainer has {computed}")}"));
        }
    }

    /// <summary>Prints the end.</summary>
    /// <param name="epochs">The epochs that were compared; null if none were to be.</param>
    /// <param name="metric">The metric of the run.</param>
    /// <returns>The exit code.</returns>
    public int Close(EpochVerification? epochs, Metric metric)
    {
        foreach (var epoch in epochs?.Compared ?? [])
        {
            Epoch(epoch, metric);
        }

        var (agreeing, wrong) = (epochs?.Compared.Count(epoch => epoch.Agrees) ?? 0, epochs?.WrongEnd);
        var weights = epochs?.WrongWeights;
        var differing = (epochs?.Compared.Count ?? 0) - agreeing;
        if (json)
        {
            Json.Print(new
            {
                Event = "done",
                RunId = runId,
                RecomputedFrom = start,
                Compared = _compared,
                Different = _different,
                EpochsCompared = epochs?.Compared.Count,
                EpochsDifferent = epochs is null ? (int?)null : differing,
                PlanEndsAfterEpoch = epochs?.Decision.LastEpoch,
                WrongEnd = wrong,
                WrongWeights = weights,
            });
        }
        else
        {
            Console.WriteLine(
                Line($"Run {runId}, steps {range.First:N0} to {range.Last:N0}, recomputed from step {start:N0}: ") + Line($"{_compared - _different:N0} hashes agree, {_different:N0} differ."));
            if (epochs is not null)
            {
                Console.WriteLine(Line($"Test results of {Quantity.Of(epochs.Compared.Count, "epoch")} recomputed: {agreeing} agree, {differing} differ. ") + (wrong ?? End(epochs.Decision)));
                if (weights is not null)
                {
                    Console.WriteLine(weights);
                }
            }
        }

        return _different + differing == 0 && _compared > 0 && wrong is null && weights is null ? ExitCode.Done : ExitCode.Failed;
    }

    private void Epoch(EpochComparison epoch, Metric metric)
    {
        if (json)
        {
            Json.Print(new { epoch.Epoch, epoch.RecordedMetric, ComputedMetric = epoch.Metric, epoch.RecordedLoss, ComputedLoss = epoch.Loss, epoch.Agrees });
        }
        else if (!epoch.Agrees)
        {
            Console.WriteLine(
                Line($"epoch {epoch.Epoch}: test {metric.Name} {epoch.RecordedMetric:R}, test loss {epoch.RecordedLoss:R}, ")
                + Line($"but the plain trainer has {epoch.Metric:R} and {epoch.Loss:R}"));
        }
    }

    private static string End(StopDecision decision) => decision switch
    {
        { Reason: { } reason } => $"The plan ends the run there: {reason}.",
        { LastEpoch: { } last } => Line($"The plan ends the run after epoch {last}, its last one."),
        _ => "The plan does not end the run there.",
    };

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
