using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Training.Catalogue;
using Mnist.Distributed.Training.Data;
using Mnist.Distributed.Training.Evaluation;
using Mnist.Distributed.Training.Metrics;
using Mnist.Distributed.Training.Vectors;
using Mnist.Distributed.Training.Weights;

namespace Mnist.Distributed.Coordinator.Runs;

/// <summary>The result of weights on the test split of a data set.</summary>
internal sealed class TestResult
{
    private readonly DataSet _data;
    private readonly StepTotals[] _samples;
    private readonly TestChunks _chunks;

    private TestResult(DataSet data, StepTotals[] samples, TestChunks chunks) => (_data, _samples, _chunks) = (data, samples, chunks);

    /// <summary>The mean over the batches of each batch's mean loss.</summary>
    public double Loss => _chunks.SumBatches(_samples).Average(batch => batch.Loss);

    /// <summary>The metric over all images.</summary>
    public double Metric => _samples.Aggregate((left, right) => left + right).Metric;

    /// <summary>
    /// The metric over the images of each class, by the name of the class; classes without images
    /// are left out.
    /// </summary>
    public IReadOnlyDictionary<string, double> ByClass => _data.Test.Labels.ToArray()
        .Zip(_samples)
        .GroupBy(pair => pair.First, pair => pair.Second)
        .OrderBy(group => group.Key)
        .ToDictionary(group => _data.Shape.Classes.Names[group.Key], group => group.Aggregate((left, right) => left + right).Metric);

    /// <summary>All metrics of the task, with their values over all images.</summary>
    public required IReadOnlyList<(Metric Metric, double Value)> Metrics { get; init; }

    /// <summary>Evaluates weights on the test split.</summary>
    /// <param name="setup">The model, the objective and the batch size.</param>
    /// <param name="state">The weights.</param>
    /// <param name="data">The data set.</param>
    public static TestResult Of(TrainingSetup setup, TrainingState state, DataSet data)
    {
        var parameters = new FlatVector(setup.Model.Layout.Length);
        ExportedWeights.Of(state).Parameters.Span.CopyTo(parameters.Span);
        var chunks = new TestChunks(data.Test.Count, setup.Plan.BatchSize);
        using var evaluator = new Evaluator(setup, data, chunks, parameters);
        var objective = evaluator.Begin();
        var samples = new List<StepTotals>(data.Test.Count);
        var sums = new MetricSum[objective.Metrics.Count];
        for (var chunk = 0; chunk < chunks.Count; chunk++)
        {
            evaluator.Visit(chunk, (batch, outputs) =>
            {
                samples.Add(objective.Judge(batch, outputs, []));
                var measured = objective.Measure(batch, outputs);
                for (var i = 0; i < sums.Length; i++)
                {
                    sums[i] += measured[i];
                }
            });
        }

        return new TestResult(data, [.. samples], chunks)
        {
            Metrics = [.. objective.Metrics.Zip(sums, (metric, sum) => (metric, sum.Value))],
        };
    }
}
