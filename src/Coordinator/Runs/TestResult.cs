using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Training.Data;
using Mnist.Distributed.Training.Evaluation;
using Mnist.Distributed.Training.Losses;
using Mnist.Distributed.Training.Models;
using Mnist.Distributed.Training.State;

namespace Mnist.Distributed.Coordinator.Runs;

/// <summary>How well weights do on the test split of a data set.</summary>
internal sealed class TestResult
{
    private readonly DataSet _data;
    private readonly StepTotals[] _samples;
    private readonly TestChunks _chunks;

    private TestResult(DataSet data, StepTotals[] samples, TestChunks chunks) => (_data, _samples, _chunks) = (data, samples, chunks);

    /// <summary>Mean over the batches of their mean loss.</summary>
    public double Loss => _chunks.SumBatches(_samples).Average(batch => batch.Loss);

    /// <summary>Share of the images that are classified correctly, 0..1.</summary>
    public double Accuracy => _samples.Average(sample => sample.Correct);

    /// <summary>
    /// The share of each class's images that are classified correctly, 0..1, by the class's name;
    /// classes without images are left out.
    /// </summary>
    public IReadOnlyDictionary<string, double> ClassAccuracy
    {
        get
        {
            var labels = _data.Test.Labels.ToArray();
            var names = DataSetCatalogue.Published.ClassNamesOf(_data.Name);
            return labels.Zip(_samples).GroupBy(pair => pair.First, pair => pair.Second.Correct).OrderBy(group => group.Key)
                .ToDictionary(group => names[group.Key], group => group.Average());
        }
    }

    /// <summary>Evaluates weights.</summary>
    /// <param name="plan">The model, its loss and the batch size.</param>
    /// <param name="state">The weights.</param>
    /// <param name="data">The data set.</param>
    public static TestResult Of(TrainingPlan plan, TrainingState state, DataSet data)
    {
        var model = Model.Of(plan);
        var parameters = new FlatVector(model.Layout.Length);
        state.Parameters.Span.CopyTo(parameters.Span);
        var chunks = new TestChunks(data.Test.Count, plan.BatchSize);
        using var evaluator = new Evaluator(model, LossTable.Get(plan.Loss), data.Test, chunks, parameters);
        return new TestResult(data, [.. Enumerable.Range(0, chunks.Count).SelectMany(evaluator.EvaluateSamples)], chunks);
    }
}
