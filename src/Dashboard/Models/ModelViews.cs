using System.Text.Json.Nodes;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Dashboard.Runs;
using Mnist.Distributed.Reports;
using Mnist.Distributed.Training.Data;
using Mnist.Distributed.Training.Predictions;
using Mnist.Distributed.Training.Reports;

namespace Mnist.Distributed.Dashboard.Models;

/// <summary>
/// What the weights of runs make of pictures. One question is answered at a time, so that a page
/// takes one processor at most.
/// </summary>
/// <param name="sources">Where runs are found.</param>
internal sealed class ModelViews(IReadOnlyList<IRunSource> sources) : IDisposable
{
    /// <summary>Weights of a run are asked for again after this time.</summary>
    private static readonly TimeSpan Freshness = TimeSpan.FromMilliseconds(500);

    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly Dictionary<string, DataSet> _data = [];
    private (string Run, long Asked, ShownWeights Weights)? _newest;
    private (string Run, TrainingState State, TestReport Report)? _report;

    /// <summary>The report on the test images, as JSON.</summary>
    /// <exception cref="InvalidInputException">The weights or the data cannot be had.</exception>
    public Task<JsonObject> Report(string run) => InTurn(run, async weights =>
    {
        var data = await DataFor(weights);
        var report = ReportOf(run, weights, data);
        var json = ReportJson.Document(report, data.Shape);
        json["step"] = weights.State.Step;
        json["images"] = data.Test.Count;
        return json;
    });

    /// <summary>The samples with the largest losses, as SVG; null if there are none.</summary>
    /// <exception cref="InvalidInputException">The weights or the data cannot be had.</exception>
    public Task<byte[]?> Worst(string run) => InTurn(run, async weights =>
    {
        var data = await DataFor(weights);
        return SampleGrid.Of("worst", ReportOf(run, weights, data).Worst, data.Shape.Classes.Names)?.Svg;
    });

    /// <summary>The answer for a picture.</summary>
    /// <param name="run">The run.</param>
    /// <param name="file">The content of a PNG or JPEG file.</param>
    /// <exception cref="InvalidInputException">
    /// It is no such picture, or there are no weights.
    /// </exception>
    public Task<JsonObject> Predict(string run, byte[] file) => InTurn(run, weights =>
    {
        using var predictor = new Predictor(weights.Setup, weights.State);
        return Task.FromResult(Answer(weights, predictor, predictor.Prepare(file, "The picture")));
    });

    /// <summary>The answer for a test image, and what is right.</summary>
    /// <param name="run">The run.</param>
    /// <param name="index">The image; counted on from 0 after the last one.</param>
    /// <exception cref="InvalidInputException">The weights or the data cannot be had.</exception>
    public Task<JsonObject> Sample(string run, int index) => InTurn(run, async weights =>
    {
        var data = await DataFor(weights);
        var sample = TaskSamples.OfTest(weights.Setup, data, index % data.Test.Count);
        using var predictor = new Predictor(weights.Setup, weights.State);
        var json = Answer(weights, predictor, sample.Pixels);
        json["truth"] = ReportJson.Of(sample.Truth, weights.Setup.Plan.Data.Classes);
        json["index"] = index % data.Test.Count;
        return json;
    });

    /// <inheritdoc />
    public void Dispose() => _turn.Dispose();

    private static JsonObject Answer(ShownWeights weights, Predictor predictor, byte[] image) => new()
    {
        ["step"] = weights.State.Step,
        ["answer"] = ReportJson.Of(predictor.Answer(image), weights.Setup.Plan.Data.Classes),
        ["rows"] = weights.Setup.Input.Rows,
        ["columns"] = weights.Setup.Input.Columns,
        ["channels"] = weights.Setup.Input.Channels,
        ["seen"] = Convert.ToBase64String(image),
    };

    private TestReport ReportOf(string run, ShownWeights weights, DataSet data)
    {
        if (_report is not { } known || known.Run != run || known.State != weights.State)
        {
            _report = known = (run, weights.State, TestReport.Of(weights.Setup, weights.State, data));
        }

        return known.Report;
    }

    private async Task<T> InTurn<T>(string run, Func<ShownWeights, Task<T>> answer)
    {
        await _turn.WaitAsync();
        try
        {
            var weights = await WeightsOf(run);
            return await Task.Run(() => answer(weights));
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task<ShownWeights> WeightsOf(string run)
    {
        if (_newest is { } known && known.Run == run && TimeProvider.System.GetElapsedTime(known.Asked) < Freshness)
        {
            return known.Weights;
        }

        foreach (var source in sources)
        {
            if (await source.Weights(run) is { } weights)
            {
                // A run that is over has the same weights as before; they stay the same object, so
                // that its report is not made again.
                if (_newest is { } before && before.Run == run && before.Weights.State.Step == weights.State.Step)
                {
                    weights = before.Weights;
                }

                _newest = (run, TimeProvider.System.GetTimestamp(), weights);
                return weights;
            }
        }

        throw new InvalidInputException("This run has no weights yet: wait for its first step.");
    }

    private async Task<DataSet> DataFor(ShownWeights weights)
    {
        var plan = weights.Setup.Plan;
        var key = $"{plan.DataSet} {weights.DataFolder} {plan.ImageSize}";
        if (!_data.TryGetValue(key, out var data))
        {
            data = await UserDataSets.Loader().LoadAsync(plan.DataSet, weights.DataFolder, plan.ImageSize);
            InvalidInputException.Require(
                plan.Data.Fits(data.Shape), $"The data set {plan.DataSet} ({data.Origin}) has other images than the run: serve the page where the data of the run are.");
            _data[key] = data;
        }

        return data;
    }
}
