using Mnist.Distributed.Contracts;
using Mnist.Distributed.Coordinator.Commands.Options;
using Mnist.Distributed.Coordinator.Runs;
using Mnist.Distributed.Training.Catalogue;
using Mnist.Distributed.Training.Data;

namespace Mnist.Distributed.Coordinator.Commands.Runs;

/// <summary>The data set of a run that is not new, for the report on the run.</summary>
internal static class RunData
{
    private const string Without = "The report leaves out the test images";

    /// <summary>
    /// The report on a run, with the test images if the program can have the data set of the run.
    /// It looks for the data set when the run has ended.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="note">Receives sentences for the user.</param>
    /// <param name="cancellation">Ends a download.</param>
    public static ResultReport ReportOn(OpenRun run, Action<string> note, CancellationToken cancellation) => new(() => Find(run, note, cancellation));

    private static async Task<(TrainingSetup Setup, DataSet Data)?> Find(OpenRun run, Action<string> note, CancellationToken cancellation)
    {
        var plan = run.Description.Plan!;
        try
        {
            var data = await DataSource.Find(plan.DataSet, plan.DataFolder, plan.ImageSize, given: true, note, cancellation);
            if (data.Digest == plan.DataDigest)
            {
                return (TrainingSetup.Of(plan, run.Catalogue), data);
            }

            note($"{Without}: the {data.Name} data here ({data.Origin}) are not what the run was trained on.");
        }
        catch (InvalidInputException missing)
        {
            note($"{Without}: {OptionNames.Render(missing)}");
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            note($"{Without}, because their download was interrupted.");
        }

        return null;
    }
}
