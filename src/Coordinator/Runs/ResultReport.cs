using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Reports;
using Mnist.Distributed.Training.Catalogue;
using Mnist.Distributed.Training.Data;
using Mnist.Distributed.Training.Reports;

namespace Mnist.Distributed.Coordinator.Runs;

/// <summary>
/// The report at the end of a run: its page and, with a data set, the test images.
/// </summary>
/// <param name="test">
/// The run's plan and model, and the data set; null if the program has no data set.
/// </param>
internal sealed class ResultReport((TrainingSetup Setup, DataSet Data)? test)
{
    /// <summary>What weights make of the test images; null without a data set.</summary>
    public TestReport? Of(TrainingState state) => test is var (setup, data) ? TestReport.Of(setup, state, data) : null;

    /// <summary>Writes the files.</summary>
    /// <param name="folder">The folder of the run.</param>
    /// <param name="report">What weights make of the test images, if it is known.</param>
    /// <param name="epochs">The results of the epochs.</param>
    /// <param name="step">The step of the weights.</param>
    /// <exception cref="InvalidInputException">A file cannot be written.</exception>
    public void Write(RunFolder folder, TestReport? report, IReadOnlyList<EpochMetrics> epochs, long step)
    {
        if (report is not null && test is var (_, data))
        {
            ReportFolder.Write(folder.Path, report, data.Shape, epochs);
        }

        folder.AddReport(step);
    }
}
