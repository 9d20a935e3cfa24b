using System.CommandLine;
using System.Globalization;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Coordinator.Clusters;
using Mnist.Distributed.Coordinator.Commands.Options;
using Mnist.Distributed.Coordinator.Commands.Runs;
using Mnist.Distributed.Coordinator.Terminal;
using Mnist.Distributed.Grains.ParameterServers;
using Mnist.Distributed.Training.Catalogue;
using Mnist.Distributed.Training.Data;

namespace Mnist.Distributed.Coordinator.Commands.Verify;

/// <summary>
/// <c>mnist verify</c>: recomputes a run with the plain trainer and compares the hashes.
/// </summary>
internal static class VerifyCommand
{
    private const string Examples = """
        Recomputes a run with the plain trainer, in this process, and compares the hashes in its ledger step by step
        and the results of each epoch. Reads the run's record in the store again, and checks who has signed it.

        Examples:
          mnist verify 20260901-120000-ab12                       the whole run up to its newest checkpoint
          mnist verify 20260901-120000-ab12 --steps 2000..2010    a few steps, each on a line
        """;

    /// <summary>The command.</summary>
    public static Command Create(TrainingCatalogue catalogue)
    {
        var steps = OptionKind.OptionalText("--steps", "A..B", "First and last step to compare. Default: all.");
        var data = SharedOptions.Data();
        OptionGroup.Optimization.Holds(steps);
        var command = new RunCommand("verify", Examples, catalogue) { steps, data };
        command.Add(command.Models);
        command.SetRunAction(async (open, parsed) =>
        {
            var (grain, run) = (open.Grain, open.Description);
            var range = Range(parsed.GetValue(steps), run.Step);
            var ledger = await RetryingCall.Ask(grain.GetLedger, silence: RetryingCall.BulkPatience);
            if (ledger.Hashes.Count == 0)
            {
                throw new InvalidInputException(
                    run.Options.HashEvery == 0
                        ? $"Run {run.RunId} was trained without a ledger (--ledger-every 0): there is nothing to compare with."
                        : $"Run {run.RunId} has no checkpoint yet: its ledger is kept from the first one on.");
            }

            var setup = TrainingSetup.Of(run.Plan!, catalogue);
            if (setup.Fingerprint is var here && run.Fingerprint != here)
            {
                Remarks.Say($"this program has {Numerics.Difference(run.Fingerprint!, here)}: its hashes may differ for that reason alone.");
            }

            if (ModelsFrom.Remark(parsed.TypedValue(command.Models), run.Plan!) is { } remark)
            {
                Remarks.Say(remark);
            }

            SlowWork.Is($"reading {run.Plan!.DataSet}");
            var set = await UserDataSets.Loader().LoadAsync(run.Plan!.DataSet, parsed.GetValue(data) ?? run.Plan.DataFolder, run.Plan.ImageSize);
            DataSource.Tell(set);
            if (set.Digest != run.Plan.DataDigest)
            {
                throw new InvalidInputException($"The {set.Name} data here ({set.Origin}) is not what run {run.RunId} was trained on: give the same files with --data.");
            }

            using var interrupts = new Interrupts();
            var start = await Nearest(grain, range.First);
            var epochs = new EpochVerification(run, await RetryingCall.Ask(grain.GetWeights, silence: RetryingCall.BulkPatience));
            var verification = new Verification(setup, set, start, ledger, await RetryingCall.Ask(grain.GetState, silence: RetryingCall.BulkPatience), epochs);
            var report = new VerificationReport(run.RunId, range, start?.Step ?? 0, parsed.GetValue(command.Json));
            foreach (var (step, recorded, computed) in verification.Compare(range))
            {
                interrupts.Requested.ThrowIfCancellationRequested();
                SlowWork.Is(string.Create(CultureInfo.InvariantCulture, $"recomputing, at step {step:N0} of {range.Last:N0}"));
                report.Step(step, recorded, computed);
            }

            return report.Close(verification, run.Plan.Metric, await RetryingCall.Ask(grain.CheckStore, silence: RetryingCall.BulkPatience));
        });
        return command;
    }

    /// <summary>
    /// The newest state before a step. A checkpoint at the step itself is compared, so it must be
    /// recomputed.
    /// </summary>
    private static async Task<TrainingState?> Nearest(ITrainingRunGrain grain, long step) =>
        await RetryingCall.Ask(() => grain.GetCheckpointBefore(step - 1), silence: RetryingCall.BulkPatience) ?? await RetryingCall.Ask(grain.GetInitialState, silence: RetryingCall.BulkPatience);

    private static StepRange Range(string? text, long end)
    {
        if (text is null)
        {
            return new StepRange(0, end);
        }

        var parts = text.Split("..");
        return parts.Length == 2
            && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var first)
            && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var last)
            && first <= last && last <= end
            ? new StepRange(first, last)
            : throw new InvalidInputException($"--steps must be A..B with 0 <= A <= B <= {end} (the run's newest checkpoint), but is '{text}'.");
    }
}
