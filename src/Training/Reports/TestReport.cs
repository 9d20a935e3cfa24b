using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Training.Catalogue;
using Mnist.Distributed.Training.Data;
using Mnist.Distributed.Training.Evaluation;
using Mnist.Distributed.Training.Metrics;
using Mnist.Distributed.Training.Weights;

namespace Mnist.Distributed.Training.Reports;

/// <summary>
/// What weights make of the test split of a data set. It depends on weights and data only.
/// </summary>
public sealed class TestReport
{
    /// <summary>Number of samples that are shown.</summary>
    private const int Shown = 24;

    /// <summary>Number of embeddings that are shown.</summary>
    private const int Points = 2000;

    private readonly DataSet _data;
    private readonly List<StepTotals> _samples = [];
    private readonly List<SampleReport> _first = [];
    private readonly PriorityQueue<SampleReport, double> _worst = new();
    private readonly List<(int Label, float[] Vector)> _vectors = [];
    private readonly TestChunks _chunks;
    private readonly bool[] _isAlive;

    private TestReport(TrainingSetup setup, DataSet data)
    {
        _data = data;
        _chunks = new TestChunks(data.Test.Count, setup.Plan.BatchSize);
        _isAlive = new bool[setup.Objective.Outputs];
        Classification = setup.Task.AnswerNames is { Count: > 0 } names ? new ClassificationReport(names) : null;
    }

    /// <summary>The mean over the batches of each batch's mean loss.</summary>
    public double Loss => _chunks.SumBatches([.. _samples]).Average(batch => batch.Loss);

    /// <summary>The metric over all images.</summary>
    public double Metric => Metrics[0].Value;

    /// <summary>All metrics of the task, with their values over all images.</summary>
    public IReadOnlyList<(Metric Metric, double Value)> Metrics { get; private set; } = [];

    /// <summary>
    /// The metric over the images of each class, by the name of the class; classes without images
    /// are left out. A string counts for the class of its first symbol.
    /// </summary>
    public IReadOnlyDictionary<string, double> ByClass => _data.Test.Labels.ToArray()
        .Zip(_samples)
        .GroupBy(pair => pair.First, pair => pair.Second)
        .OrderBy(group => group.Key)
        .ToDictionary(group => _data.Shape.Classes.Names[group.Key], group => group.Aggregate((left, right) => left + right).Metric);

    /// <summary>What is taken for what; null for a task without classes.</summary>
    public ClassificationReport? Classification { get; }

    /// <summary>The first samples.</summary>
    public IReadOnlyList<SampleReport> First => _first;

    /// <summary>The samples with the largest losses, the largest first.</summary>
    public IReadOnlyList<SampleReport> Worst { get; private set; } = [];

    /// <summary>
    /// Embeddings of the first images in two dimensions; empty for a task without embeddings.
    /// </summary>
    public IReadOnlyList<EmbeddingPoint> Embeddings { get; private set; } = [];

    /// <summary>Outputs that are zero for every test image, counted from 0.</summary>
    public IReadOnlyList<int> DeadOutputs => [.. Enumerable.Range(0, _isAlive.Length).Where(output => !_isAlive[output])];

    /// <summary>Sentences about what is wrong with the model, beyond the numbers.</summary>
    public IReadOnlyList<string> Remarks { get; private set; } = [];

    /// <summary>Evaluates weights on the test split.</summary>
    /// <param name="setup">The model, the objective and the batch size.</param>
    /// <param name="state">The weights.</param>
    /// <param name="data">The data set.</param>
    public static TestReport Of(TrainingSetup setup, TrainingState state, DataSet data)
    {
        var report = new TestReport(setup, data);
        using var evaluator = new Evaluator(setup, data, report._chunks, ExportedWeights.VectorOf(state));
        var objective = evaluator.Begin();
        var sums = new MetricSum[objective.Metrics.Count];
        for (var chunk = 0; chunk < report._chunks.Count; chunk++)
        {
            evaluator.Visit(chunk, (batch, outputs) =>
            {
                var totals = objective.Judge(batch, outputs, []);
                foreach (var (at, sum) in objective.Measure(batch, outputs).Index())
                {
                    sums[at] += sum;
                }

                report.Add(setup, batch, outputs, totals);
            });
        }

        report.Metrics = [.. objective.Metrics.Zip(sums, (metric, sum) => (metric, sum.Value))];
        report.Close();
        report.Remarks = [.. ReportRemarks.Of(setup, report, state.Step)];
        return report;
    }

    private void Add(TrainingSetup setup, Batch batch, ReadOnlySpan<float> outputs, StepTotals totals)
    {
        _samples.Add(totals);
        for (var i = 0; i < _isAlive.Length; i++)
        {
            _isAlive[i] |= outputs[i] != 0;
        }

        var index = _samples.Count - 1;
        if (setup.Task.IsEmbedding && _vectors.Count < Points)
        {
            _vectors.Add((batch.Label(0), outputs[.._isAlive.Length].ToArray()));
        }

        // Decoding takes time, so only shown samples and classes are read.
        var isWorse = _worst.Count < Shown || (_worst.TryPeek(out _, out var best) && totals.Loss > best);
        if (Classification is null && index >= Shown && !isWorse)
        {
            return;
        }

        var (found, truth) = (setup.Read(outputs), setup.Task.Truth(batch));
        Classification?.Add(found, truth);
        if (index >= Shown && !isWorse)
        {
            return;
        }

        var sample = new SampleReport(index, totals.Loss, found, truth, setup.Input, batch.Image(0).ToArray());
        if (index < Shown)
        {
            _first.Add(sample);
        }

        if (isWorse)
        {
            _worst.Enqueue(sample, totals.Loss);
            if (_worst.Count > Shown)
            {
                _worst.Dequeue();
            }
        }
    }

    private void Close()
    {
        Worst = [.. _worst.UnorderedItems.Select(item => item.Element).OrderByDescending(sample => sample.Loss).ThenBy(sample => sample.Index)];
        Embeddings = _vectors.Count < 2
            ? []
            : [.. _vectors.Zip(PrincipalComponents.Of([.. _vectors.Select(entry => entry.Vector)]), (entry, point) => new EmbeddingPoint(entry.Label, point.X, point.Y))];
    }
}
