using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Training.Data;
using Mnist.Distributed.Training.Evaluation;
using Mnist.Distributed.Training.Losses;
using Mnist.Distributed.Training.Models;
using Mnist.Distributed.Training.State;

namespace Mnist.Distributed.Coordinator.Runs;

/// <summary>How well each class is recognised.</summary>
internal static class ClassAccuracy
{
    /// <summary>The share of each class's test images that are classified correctly, 0..1, by the class's name; classes without images are left out.</summary>
    public static IReadOnlyDictionary<string, double> Of(TrainingPlan plan, TrainingState state, DataSet data) =>
        DataSetCatalogue.Published.ClassNamesOf(data.Name)
            .Select((name, label) => (Name: name, Images: data.Test.OfClass(label)))
            .Where(entry => entry.Images.Count > 0)
            .ToDictionary(entry => entry.Name, entry => Evaluate(plan, state, entry.Images).Accuracy);

    /// <summary>Mean over the batches of their mean loss, and the share of images that are classified correctly.</summary>
    public static (double Loss, double Accuracy) Evaluate(TrainingPlan plan, TrainingState state, ImageSet images)
    {
        var model = Model.Of(plan);
        var parameters = new FlatVector(model.Layout.Length);
        state.Parameters.Span.CopyTo(parameters.Span);
        var chunks = new TestChunks(images.Count, plan.BatchSize);
        using var evaluator = new Evaluator(model, LossTable.Get(plan.Loss), images, chunks, parameters);
        StepTotals[] batches = [.. Enumerable.Range(0, chunks.Count).SelectMany(evaluator.Evaluate)];
        return (batches.Average(batch => batch.Loss), (double)batches.Sum(batch => batch.Correct) / batches.Sum(batch => batch.Samples));
    }
}
