using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Coordinator.Commands.Options;
using Mnist.Distributed.Coordinator.Terminal;
using Mnist.Distributed.Training.Catalogue;
using Mnist.Distributed.Training.Data;
using Mnist.Distributed.Training.Files;

namespace Mnist.Distributed.Coordinator.Commands.Train;

/// <summary>What a training needs, read and checked.</summary>
/// <param name="Setup">The complete plan, with its model and objective.</param>
/// <param name="Data">The data set.</param>
/// <param name="Initial">The state to start from; null for newly drawn weights.</param>
internal sealed record TrainInput(TrainingSetup Setup, DataSet Data, TrainingState? Initial)
{
    /// <summary>Reads data and weights, and completes a plan.</summary>
    /// <param name="plan">The plan of the command line.</param>
    /// <param name="sources">What the training reads.</param>
    /// <param name="keep">Which weights the run keeps.</param>
    /// <param name="catalogue">The models, losses and optimizers.</param>
    /// <param name="note">Receives sentences for the user.</param>
    /// <param name="cancellation">Ends a download.</param>
    /// <exception cref="Contracts.InvalidInputException">
    /// Something cannot be read or used.
    /// </exception>
    public static async Task<TrainInput> Read(TrainingPlan plan, TrainSources sources, KeptEpoch keep, TrainingCatalogue catalogue, Action<string> note, CancellationToken cancellation)
    {
        SlowWork.Is("reading weights and data");
        var data = await DataSource.Find(plan.DataSet, sources.DataFolder, plan.ImageSize, sources.DataSetGiven, note, cancellation);
        if (ModelsFrom.Remark(sources.Models, plan) is { } remark)
        {
            note(remark);
        }

        return Complete(plan, sources, data, keep, catalogue, note);
    }

    /// <summary>Completes a plan for a data set that is loaded.</summary>
    /// <inheritdoc cref="Read" path="/exception"/>
    public static TrainInput Complete(TrainingPlan plan, TrainSources sources, DataSet data, KeptEpoch keep, TrainingCatalogue catalogue, Action<string> note)
    {
        plan = DataSource.Use(plan, data, sources.DataFolder) with
        {
            InitialWeights = sources.InitialWeights is null ? null : FileDigest.Sha256(sources.InitialWeights),
        };
        var setup = TrainingSetup.Of(plan, catalogue);
        if (setup.Objective.ComparesSamples)
        {
            note($"The loss {setup.Plan.Loss} looks for its triplets in a worker's part of a batch: the result depends on --workers {setup.Plan.Workers}.");
        }

        TrainingSetup.RequireStorable(setup.Plan, setup.Size, keep);
        return new TrainInput(setup, data, sources.InitialWeights is null ? null : ModelWeights.Read(sources.InitialWeights, setup));
    }
}
