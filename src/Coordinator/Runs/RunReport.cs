using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Reports;
using Mnist.Distributed.Training.Catalogue;
using Mnist.Distributed.Training.Data;
using Mnist.Distributed.Training.Reports;

namespace Mnist.Distributed.Coordinator.Runs;

/// <summary>The report on the test images at the end of a run.</summary>
/// <param name="setup">The run's plan, model, objective and optimizer.</param>
/// <param name="data">The data set.</param>
internal sealed class RunReport(TrainingSetup setup, DataSet data)
{
    /// <summary>What weights make of the test images.</summary>
    public TestReport Of(TrainingState state) => TestReport.Of(setup, state, data);

    /// <summary>Writes a report to a folder.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="report">The report.</param>
    /// <param name="epochs">The results of the epochs.</param>
    /// <exception cref="InvalidInputException">A file cannot be written.</exception>
    public void Write(string path, TestReport report, IReadOnlyList<EpochMetrics> epochs) => ReportFolder.Write(path, report, data.Shape, epochs);
}
