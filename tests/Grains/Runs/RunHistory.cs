using CsCheck;

using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Grains.Runs;

namespace Mnist.Distributed.Tests.Grains.Runs;

/// <summary>A run at several moments: its record and, if known, its progress.</summary>
internal sealed record RunHistory(IReadOnlyList<(RunRecord Record, RunProgress? Progress)> Moments)
{
    public const int StepsPerEpoch = 10;

    private static readonly TrainingPlan Plan = new() { Samples = 100, BatchSize = 10 };

    public static readonly Gen<RunHistory> Any =
        from epochs in Gen.Int[0, 4]
        from status in Gen.OneOf<RunStatus>(RunStatus.Completed, RunStatus.Stopped, RunStatus.Failed)
        from steps in Gen.Int[1, StepsPerEpoch].Array[0, 5].Array[5]
        from known in Gen.Bool.Array[60]
        select Of(epochs, status, steps, known);

    public RunRecord Last => Moments[^1].Record;

    /// <param name="epochs">Number of completed epochs.</param>
    /// <param name="status">Status at the end of the run.</param>
    /// <param name="steps">
    /// For each epoch, the incomplete one included, the steps after which progress is noted.
    /// </param>
    /// <param name="known">
    /// Whether the progress is known at a moment. It is not known after a move to another silo.
    /// </param>
    private static RunHistory Of(int epochs, RunStatus status, int[][] steps, bool[] known)
    {
        List<(RunRecord, RunProgress?)> moments = [(new RunRecord(), null), (Record(0, RunStatus.Running), null)];
        for (var epoch = 0; epoch <= epochs; epoch++)
        {
            RunProgress? progress = null;
            foreach (var step in steps[epoch].Distinct().Order())
            {
                progress = new RunProgress((epoch * StepsPerEpoch) + step, new EpochTotals(step, 0, 0, 0, 0), 0);
                moments.Add((Record(epoch, RunStatus.Running), known[moments.Count] ? progress : null));
            }

            var over = epoch == epochs;
            moments.Add((over ? Record(epoch, status) : Record(epoch + 1, RunStatus.Running), progress));
        }

        return new RunHistory(moments);
    }

    private static RunRecord Record(int epochs, RunStatus status) => new()
    {
        Status = status,
        Plan = Plan,
        Message = status == RunStatus.Completed ? null : $"{status}",
        Silos = [new SiloReport("silo", "address", "fingerprint")],
        Epochs = [.. Enumerable.Range(1, epochs).Select(epoch => new EpochMetrics(epoch, StepsPerEpoch, 0, 0, 0, 0, 0, 0, Metric.Accuracy))],
    };
}
