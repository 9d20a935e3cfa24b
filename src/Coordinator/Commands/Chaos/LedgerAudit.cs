using Mnist.Distributed.Contracts.Ledgers;
using Mnist.Distributed.Contracts.Plans;

namespace Mnist.Distributed.Coordinator.Commands.Chaos;

/// <summary>
/// Checks that, by the ledger, each worker's gradient went into each step exactly once.
/// </summary>
internal static class LedgerAudit
{
    /// <summary>
    /// Finds the errors in the ledger of a complete run; none if the ledger is correct.
    /// </summary>
    public static IEnumerable<string> Problems(Ledger ledger, TrainingPlan plan)
    {
        if (ledger.FirstStep != 0 || ledger.EndStep != plan.TotalSteps)
        {
            yield return $"the ledger is about steps {ledger.FirstStep} to {ledger.EndStep} of {plan.TotalSteps}";
        }

        var next = ledger.FirstStep;
        foreach (var block in ledger.Blocks)
        {
            if (block.FirstStep != next || block.EndStep <= block.FirstStep)
            {
                yield return $"steps {next} to {block.FirstStep} are lost or doubled";
            }

            next = block.EndStep;
            var worker = 0;
            foreach (var share in block.Shares)
            {
                if (share.FirstWorker != worker || share.EndWorker <= share.FirstWorker)
                {
                    yield return $"workers {worker} to {share.FirstWorker} are lost or doubled in steps {block.FirstStep} to {block.EndStep}";
                }

                worker = share.EndWorker;
            }

            if (worker != plan.Workers)
            {
                yield return $"workers {worker} to {plan.Workers} are missing in steps {block.FirstStep} to {block.EndStep}";
            }
        }

        if (next != ledger.EndStep)
        {
            yield return $"steps {next} to {ledger.EndStep} are lost";
        }
    }
}
