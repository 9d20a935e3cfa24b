using System.Globalization;
using Mnist.Distributed.Contracts.Ledgers;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Coordinator.Runs;
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
    /// <param name="verification">The finished verification.</param>
    /// <param name="metric">The metric of the run.</param>
    /// <param name="copies">The copies of the run's record as they are stored now.</param>
    /// <returns>The exit code.</returns>
    public int Close(Verification verification, Metric metric, IReadOnlyList<StoredCopy> copies)
    {
        var epochs = verification.Epochs;
        foreach (var epoch in epochs.Compared)
        {
            Epoch(epoch, metric);
        }

        var agreeing = epochs.Compared.Count(epoch => epoch.Agrees);
        var differing = epochs.Compared.Count - agreeing;
        var (end, weights, checkpoint) = (epochs.WrongEnd, epochs.WrongWeights, verification.WrongCheckpoint);
        var proof = new RecordProof(copies);
        if (json)
        {
            Json.Print(new
            {
                Event = "done",
                RunId = runId,
                RecomputedFrom = start,
                Compared = _compared,
                Different = _different,
                EpochsCompared = epochs.Compared.Count,
                EpochsDifferent = differing,
                PlanEndsAfterEpoch = epochs.Decision.LastEpoch,
                WrongEnd = end,
                WrongWeights = weights,
                WrongCheckpoint = checkpoint,
                epochs.NotCompared,
                StoredCopies = copies,
            });
        }
        else
        {
            Console.WriteLine(
                Line($"Run {runId}, steps {range.First:N0} to {range.Last:N0}, recomputed from step {start:N0}: ") + Line($"{_compared - _different:N0} hashes agree, {_different:N0} differ."));
            Console.WriteLine(Line($"Results of {Quantity.Of(epochs.Compared.Count, "epoch")} recomputed: {agreeing} agree, {differing} differ. ") + (end ?? End(epochs.Decision)));
            foreach (var sentence in (string?[])[weights, checkpoint, epochs.NotCompared, .. proof.Sentences])
            {
                if (sentence is not null)
                {
                    Console.WriteLine(sentence);
                }
            }
        }

        return _different + differing == 0 && _compared > 0 && (end ?? weights ?? checkpoint) is null && proof.Holds ? ExitCode.Done : ExitCode.Failed;
    }

    private void Epoch(EpochComparison epoch, Metric metric)
    {
        var (recorded, computed) = (epoch.Recorded, epoch.Computed);
        if (json)
        {
            Json.Print(new
            {
                epoch.Epoch,
                RecordedMetric = recorded.TestMetric,
                ComputedMetric = computed.TestMetric,
                RecordedLoss = recorded.TestLoss,
                ComputedLoss = computed.TestLoss,
                RecordedTrainMetric = recorded.TrainMetric,
                ComputedTrainMetric = computed.TrainMetric,
                RecordedTrainLoss = recorded.TrainLoss,
                ComputedTrainLoss = computed.TrainLoss,
                epoch.Agrees,
            });
        }
        else if (!epoch.Agrees)
        {
            Console.WriteLine(Line($"epoch {epoch.Epoch}: recorded as epoch {epoch.RecordedEpoch} with {Text(recorded)}, but the plain trainer has {Text(computed)}"));
        }

        string Text(EpochResults results) => Line(
            $"train loss {results.TrainLoss:R}, train {metric.Name} {results.TrainMetric:R}, test loss {results.TestLoss:R} and test {metric.Name} {results.TestMetric:R}");
    }

    private static string End(StopDecision decision) => decision switch
    {
        { Reason: { } reason } => $"The plan ends the run there: {reason}.",
        { LastEpoch: { } last } => Line($"The plan ends the run after epoch {last}, its last one."),
        _ => "The plan does not end the run there.",
    };

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
