using Microsoft.Extensions.Logging;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Grains.Data;
using Mnist.Distributed.Training.Data;

namespace Mnist.Distributed.Grains.Replicas;

/// <summary>Loads the data of a plan from the disk of this silo.</summary>
public sealed partial class PlanData(DataSetStore dataSets, ILocalSiloDetails self, ILogger<PlanData> logger)
{
    /// <summary>
    /// Loads the data of a plan. Everybody who can reach the silo may send a plan with any folder.
    /// So the exception does not say which files exist or why they cannot be used. The log says it.
    /// </summary>
    /// <exception cref="InvalidInputException">The silo does not have the data.</exception>
    public async Task<DataSet> Load(string runId, TrainingPlan plan)
    {
        DataSet data;
        try
        {
            data = await dataSets.Load(plan.DataSet, plan.DataFolder, plan.DataDigest, plan.ImageSize);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            LogUnusable(Printable.Of(plan.DataSet), Printable.Of(runId), Printable.Of(failure.Message, int.MaxValue));
            throw new InvalidInputException(
                $"Silo {self.Name} has no such data: put the files of {plan.DataSet} on its machine, in the same folder as here or where its MNIST_DATA says; its log tells what is wrong.");
        }

        if (data.Shape != plan.Data || (plan.DataDigest.Length > 0 && data.Digest != plan.DataDigest))
        {
            LogDifferent(Printable.Of(plan.DataSet), Printable.Of(data.Origin), Printable.Of(runId));
            throw new InvalidInputException(
                $"The {plan.DataSet} data of silo {self.Name} is not what run {runId} was started with: give both the same files with DataFolder or MNIST_DATA.",
                [nameof(TrainingPlan.DataFolder)]);
        }

        return data;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The data set {DataSet} of run {RunId} cannot be used: {Reason}")]
    private partial void LogUnusable(string dataSet, string runId, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "The data set {DataSet} here, {Origin}, is not what run {RunId} was started with")]
    private partial void LogDifferent(string dataSet, string origin, string runId);
}
