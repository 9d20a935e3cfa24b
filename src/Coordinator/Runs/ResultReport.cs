using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Data;
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
/// <param name="find">
/// Gives the run's plan and model, and the data set; null if the data set cannot be had. It is
/// called when the run has ended.
/// </param>
internal sealed class ResultReport(Func<Task<(TrainingSetup Setup, DataSet Data)?>> find)
{
    private DataShape? _shape;

    /// <summary>Makes the report of a run whose data set is loaded.</summary>
    /// <param name="test">The run's plan and model, and the data set.</param>
    public ResultReport((TrainingSetup Setup, DataSet Data) test) : this(() => Task.FromResult<(TrainingSetup Setup, DataSet Data)?>(test))
    {
    }

    /// <summary>What weights make of the test images; null without a data set.</summary>
    /// <exception cref="InvalidInputException">The images cannot be evaluated.</exception>
    public async Task<TestReport?> Of(TrainingState state)
    {
        if (await find() is not { } test)
        {
            return null;
        }

        _shape = test.Data.Shape;
        return TestReport.Of(test.Setup, state, test.Data);
    }

    /// <summary>Writes the files.</summary>
    /// <param name="folder">The folder of the run.</param>
    /// <param name="report">What weights make of the test images, if it is known.</param>
    /// <param name="epochs">The results of the epochs.</param>
    /// <param name="step">The step of the weights; null if the run has none.</param>
    /// <exception cref="InvalidInputException">A file cannot be written.</exception>
    public void Write(RunFolder folder, TestReport? report, IReadOnlyList<EpochMetrics> epochs, long? step)
    {
        if (report is not null && _shape is { } shape)
        {
            ReportFolder.Write(folder.Path, report, shape, epochs);
        }

        folder.AddReport(step);
    }
}
