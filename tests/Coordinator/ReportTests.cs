using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Mnist.Distributed.Tests.Boundaries.Sources;
using Mnist.Distributed.Tests.Processes;
using Mnist.Distributed.Tests.Training.PyTorch;
using Mnist.Distributed.Tests.Training.TensorBoard;
using Mnist.Distributed.Training.Data;
using Xunit;

namespace Mnist.Distributed.Tests.Coordinator;

/// <summary>
/// What a run leaves beside its weights, and what the commands make of the weights.
/// </summary>
public sealed class ReportTests(SmallMnist data) : IAsyncDisposable
{
    private static readonly byte[] Png = [0x89, 0x50, 0x4E, 0x47];

    private readonly UserHome _home = new() { Reports = true };

    [Fact]
    public async Task A_run_leaves_a_report_that_agrees_with_its_result()
    {
        var run = (await Train("--model", "mlp-logits", "--epochs", "3")).Json.ToArray();

        var report = Report("run");
        var confusion = report.GetProperty("confusion").EnumerateArray().Select(row => row.EnumerateArray().Select(count => count.GetInt32()).ToArray()).ToArray();
        var accuracy = run.Last(line => line.GetProperty("event").GetString() == "epoch").GetProperty("test_accuracy").GetDouble();
        Assert.Equal(SmallMnist.TestCount, confusion.Sum(row => row.Sum()));
        Assert.Equal(accuracy, (double)confusion.Index().Sum(row => row.Item[row.Index]) / SmallMnist.TestCount, 1e-12);
        Assert.Equal(accuracy, report.GetProperty("metrics").GetProperty("accuracy").GetDouble(), 1e-12);
        Assert.InRange(report.GetProperty("expected_calibration_error").GetDouble(), 0, 1);
        double[] losses = [.. report.GetProperty("worst").EnumerateArray().Select(sample => sample.GetProperty("loss").GetDouble())];
        Assert.Equal(losses.OrderDescending(), losses);
        ArePictures("run", "metrics", "confusion", "calibration", "samples", "worst");
    }

    [Theory]
    [InlineData("ink", "samples", "worst")]
    [InlineData("strings", "samples", "worst")]
    [LongData("embedding", "embedding", "samples")]
    public async Task A_task_has_pictures_of_its_own(string task, params string[] pictures)
    {
        (await Train("--task", task, "--limit", "60", "--epochs", "1")).Succeeds();

        ArePictures("run", pictures);
        (await _home.Mnist("evaluate", "--weights", Weights, "--data", data.Path, "--out", "again")).Succeeds();
        Assert.Equal(Report("run").GetProperty("metrics").ToString(), Report("again").GetProperty("metrics").ToString());
    }

    [Fact]
    public async Task A_run_leaves_a_page_a_table_and_events_with_the_same_numbers()
    {
        (await Train("--model", "mlp-logits", "--epochs", "3", "--schedule", "step", "--step-size", "1")).Succeeds();

        var lines = File.ReadAllLines(_home["run/metrics.jsonl"]).Select(line => JsonSerializer.Deserialize<JsonElement>(line)).ToArray();
        var accuracies = lines.Select(line => line.GetProperty("test_accuracy").GetDouble()).ToArray();
        var table = File.ReadAllLines(_home["run/metrics.csv"]).Select(line => line.Split(',')).ToArray();
        Assert.Equal(accuracies, table.Skip(1).Select(row => double.Parse(row[Array.IndexOf(table[0], "test_accuracy")], CultureInfo.InvariantCulture)));
        Assert.Equal([0.01, 0.001, 0.0001], lines.Select(line => Math.Round(line.GetProperty("learning_rate").GetDouble(), 8)));

        var events = EventFileTests.Read(Assert.Single(Directory.GetFiles(_home["run/tfevents"])));
        var values = events.SelectMany(happened => happened.Messages(5)).SelectMany(summary => summary.Messages(1)).ToLookup(value => value.Text(1));
        Assert.Equal(accuracies.Select(accuracy => (float)accuracy), values["accuracy/test"].Select(value => BitConverter.UInt32BitsToSingle((uint)value.Number(2))));
        Assert.Equal(784 * 100, BitConverter.UInt64BitsToDouble(values["weights/layer_stack.1.weight"].Last().Messages(5).Single().Number(3)));
        Assert.Equal(File.ReadAllBytes(_home["run/confusion.png"]), values["confusion"].Single().Messages(4).Single().Bytes(4));

        var page = await File.ReadAllTextAsync(_home["run/report.html"], TestContext.Current.CancellationToken);
        Assert.Contains(accuracies[^1].ToString("P2", CultureInfo.InvariantCulture), page, StringComparison.Ordinal);
        Assert.Contains("mnist train", page, StringComparison.Ordinal);
        Assert.Contains("--epochs 3", page, StringComparison.Ordinal);
        Assert.Equal(8, Regex.Count(page, "<img [^>]*alt=\"[^\"]+\" src=\"data:image/svg"));
        Assert.DoesNotContain("http", Regex.Replace(page, "data:image/svg[^\"]*", ""), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_run_that_fails_in_its_first_epoch_leaves_a_page_that_says_why()
    {
        var run = await _home.Mnist("train", "--data", data.Path, "--model", "mlp-logits", "--lr", "1e30", "--epochs", "3", "--out", "run");

        Assert.Equal(1, run.ExitCode);
        Assert.False(File.Exists(Weights));
        var page = await File.ReadAllTextAsync(_home["run/report.html"], TestContext.Current.CancellationToken);
        Assert.Matches("failed: .*step [0-9]+ \\(epoch 1\\)", page);
        Assert.Contains("--lr 1e30", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Several_runs_are_laid_side_by_side()
    {
        (await Train("--limit", "60", "--epochs", "2")).Succeeds();
        Directory.Move(_home["run"], _home["first"]);
        (await Train("--limit", "60", "--epochs", "2", "--seed", "5")).Succeeds();

        (await _home.Mnist("report", _home["first"], _home["run"], "--out", _home["both.html"])).Succeeds();

        var page = await File.ReadAllTextAsync(_home["both.html"], TestContext.Current.CancellationToken);
        Assert.Contains("<td>seed</td>", page.Replace(" class=\"number\"", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain("<td>batch size</td>", page, StringComparison.Ordinal);
        Assert.Contains("exists already", (await _home.Mnist("report", _home["first"], _home["run"], "--out", _home["both.html"])).IsRefused(), StringComparison.Ordinal);
        Assert.Contains("is not the folder of a run", (await _home.Mnist("report", _home["state"])).IsRefused(), StringComparison.Ordinal);
        File.WriteAllText(_home["first/run.json"], "{ \"run\": 1 }");
        Assert.Contains("another version", (await _home.Mnist("report", _home["first"])).IsRefused(), StringComparison.Ordinal);
        File.WriteAllText(_home["first/run.json"], "{ \"run");
        Assert.Contains("cannot be read", (await _home.Mnist("report", _home["first"])).IsRefused(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("digits")]
    [LongData("embedding")]
    public async Task A_run_that_overwrites_another_removes_its_report(string task)
    {
        (await Train("--task", task, "--limit", "60", "--epochs", "1")).Succeeds();

        (await Train("--limit", "60", "--epochs", "1", "--force", "--no-report")).Succeeds();

        Assert.Equal(["metrics.csv", "metrics.jsonl", "model.safetensors", "run.json"], Directory.GetFiles(_home["run"]).Select(System.IO.Path.GetFileName).Where(name => name != "incidents.jsonl").Order());
    }

    [Fact]
    public async Task A_prediction_is_that_of_the_evaluation_and_onnx_is_written()
    {
        (await Train("--model", "mlp-logits", "--epochs", "1")).Succeeds();

        var images = System.IO.Path.Combine(data.Path, IdxFileNames.TestImages);
        var answers = (await _home.Mnist("predict", "--weights", Weights, "--json", images)).Succeeds().Json
            .Select(line => line.GetProperty("answer").GetProperty("class").GetString()).ToArray();
        var names = data.Load().Shape.Classes.Names;
        var correct = answers.Zip(data.Load().Test.Labels.ToArray()).Count(pair => pair.First == names[pair.Second]);
        Assert.Equal(Report("run").GetProperty("metrics").GetProperty("accuracy").GetDouble(), (double)correct / SmallMnist.TestCount, 1e-12);
        Assert.Contains("10 outputs", (await _home.Mnist("export", "--weights", Weights)).Succeeds().Output, StringComparison.Ordinal);
        Assert.True(File.Exists(_home["run/model.onnx"]));
    }

    [Fact]
    public async Task A_file_that_is_no_picture_is_refused()
    {
        (await Train("--epochs", "1")).Succeeds();

        Assert.Contains("neither a PNG nor a JPEG nor an IDX file", (await _home.Mnist("predict", "--weights", Weights, _home["run/run.json"])).IsRefused(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Samples_of_a_task_are_drawn()
    {
        (await _home.Mnist("data", "show", "--task", "boxes", "--data", data.Path, "--out", _home["boxes.png"])).Succeeds();

        Assert.Equal(Png, File.ReadAllBytes(_home["boxes.png"])[..4]);
        Assert.Contains("has no effect without --task", (await _home.Mnist("data", "show", "--seed", "3")).IsRefused(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_losses_and_tasks_are_listed()
    {
        var lines = (await _home.Mnist("losses", "--json")).Succeeds().Json.ToArray();

        Assert.Equal(15, lines.Count(line => line.TryGetProperty("uses", out _)));
        Assert.Equal(7, lines.Count(line => line.TryGetProperty("task", out _)));
        Assert.Contains("task ink: model inknet", (await _home.Mnist("losses", "dice")).Succeeds().Output, StringComparison.Ordinal);
    }

    /// <summary>The README's program reads the weights and finds the accuracy of the run.</summary>
    [Fact]
    public async Task The_program_of_the_readme_reads_the_weights_into_PyTorch()
    {
        Assert.SkipWhen(!PythonWithTorch.IsHere, PythonWithTorch.WhyNot);
        (await Train("--model", "mlp-logits", "--epochs", "2")).Succeeds();
        var readme = await File.ReadAllTextAsync(System.IO.Path.Combine(Repository.Root, "README.md"), TestContext.Current.CancellationToken);
        var program = Regex.Match(readme, "```python\n(.*?)```", RegexOptions.Singleline).Groups[1].Value
            .Replace("\"model.safetensors\"", $"\"{Weights}\"", StringComparison.Ordinal)
            .Replace("gzip.open(\"t10k-images-idx3-ubyte.gz\")", $"open(\"{System.IO.Path.Combine(data.Path, IdxFileNames.TestImages)}\", \"rb\")", StringComparison.Ordinal)
            .Replace("gzip.open(\"t10k-labels-idx1-ubyte.gz\")", $"open(\"{System.IO.Path.Combine(data.Path, IdxFileNames.TestLabels)}\", \"rb\")", StringComparison.Ordinal);
        await File.WriteAllTextAsync(_home["readme.py"], program, TestContext.Current.CancellationToken);

        var words = (await PythonWithTorch.RunFileAsync(_home["readme.py"], TestContext.Current.CancellationToken)).Split(' ');

        Assert.Equal("mlp-logits", words[0]);
        Assert.Equal(Report("run").GetProperty("metrics").GetProperty("accuracy").GetDouble(), double.Parse(words[1], System.Globalization.CultureInfo.InvariantCulture), 1e-6);
    }

    public ValueTask DisposeAsync() => _home.DisposeAsync();

    private string Weights => _home["run/model.safetensors"];

    private async Task<Finished> Train(params string[] arguments) => (await _home.Mnist(["train", "--data", data.Path, "--out", "run", "--json", .. arguments])).Succeeds();

    private JsonElement Report(string folder) => JsonSerializer.Deserialize<JsonElement>(File.ReadAllText(_home[$"{folder}/report.json"]));

    private void ArePictures(string folder, params string[] names) => Assert.All(names, name =>
    {
        Assert.Equal(Png, File.ReadAllBytes(_home[$"{folder}/{name}.png"])[..4]);
        Assert.Contains("<svg", File.ReadAllText(_home[$"{folder}/{name}.svg"]), StringComparison.Ordinal);
    });
}
