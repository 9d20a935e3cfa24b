using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Mnist.Distributed.Tests.Processes;
using Mnist.Distributed.Tests.Training.TensorBoard;
using Xunit;

namespace Mnist.Distributed.Tests.Coordinator.Runs;

/// <summary>
/// The report on a run of a cluster that another command writes than the one that started the run.
/// </summary>
public sealed class LaterReportTests : IAsyncDisposable
{
    private const string Cluster = "later";

    private readonly UserHome _home = new() { Reports = true };
    private readonly SmallMnist _data = new();

    [Fact]
    public async Task A_run_that_is_resumed_keeps_its_command_and_has_a_report_on_its_result()
    {
        await _home.Up(Cluster, 1);
        using var train = _home.Start(Train("60", "run"));
        var id = await TrainUntilEpoch(train, 3);
        Signals.Interrupt(train.Id);
        await train.StandardOutput.ReadToEndAsync(_home.Guard);
        await train.WaitForExitAsync(_home.Guard);
        Assert.Equal(130, train.ExitCode);
        var command = Json("run/run.json").GetProperty("command").GetString()!;
        Assert.StartsWith("mnist train", command, StringComparison.Ordinal);

        (await _home.Mnist("runs", "resume", id, "--cluster", Cluster, "--out", "run")).Succeeds();

        Assert.Equal("completed", Json("run/run.json").GetProperty("status").GetString());
        Assert.Equal(command, Json("run/run.json").GetProperty("command").GetString());
        var last = JsonSerializer.Deserialize<JsonElement>(File.ReadLines(_home["run/metrics.jsonl"]).Last());
        Assert.Equal(last.GetProperty("test_accuracy").GetDouble(), Json("run/report.json").GetProperty("metrics").GetProperty("accuracy").GetDouble(), 1e-12);
        Assert.Equal(10, Json("run/report.json").GetProperty("confusion").GetArrayLength());
        var page = await File.ReadAllTextAsync(_home["run/report.html"], _home.Guard);
        Assert.Contains(WebUtility.HtmlEncode(command), page, StringComparison.Ordinal);
        Assert.Contains("What (rows) is taken for what (columns)", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_is_watched_later_has_the_same_report_and_the_times_of_its_epochs()
    {
        await _home.Up(Cluster, 1);
        var begun = Now();
        var id = await TrainToTheEnd("3", "first");
        var ended = Now();

        (await _home.Mnist("runs", "watch", id, "--cluster", Cluster, "--out", "second")).Succeeds();

        foreach (var part in (string[])["metrics", "confusion", "worst"])
        {
            Assert.Equal(Json("first/report.json").GetProperty(part).ToString(), Json("second/report.json").GetProperty(part).ToString());
        }

        var times = TimesOfEpochs("second");
        Assert.Equal(3, times.Length);
        Assert.Equal(times.Order(), times);
        Assert.All(times, time => Assert.InRange(time, begun, ended));
    }

    [Fact]
    public async Task Without_the_data_a_report_leaves_out_the_test_images_unless_they_are_there_already()
    {
        await _home.Up(Cluster, 1);
        var id = await TrainToTheEnd("1", "first");
        var command = Json("first/run.json").GetProperty("command").GetString();
        foreach (var file in Directory.GetFiles(_data.Path))
        {
            File.Delete(file);
        }

        var elsewhere = (await _home.Mnist("runs", "watch", id, "--cluster", Cluster, "--out", "second")).Succeeds();
        (await _home.Mnist("runs", "watch", id, "--cluster", Cluster, "--out", "first", "--force")).Succeeds();

        Assert.Contains("leaves out the test images", elsewhere.Output, StringComparison.Ordinal);
        Assert.True(File.Exists(_home["second/report.html"]));
        Assert.False(File.Exists(_home["second/report.json"]));
        Assert.True(File.Exists(_home["first/report.json"]));
        Assert.Equal(command, Json("first/run.json").GetProperty("command").GetString());
    }

    public async ValueTask DisposeAsync()
    {
        await _home.DisposeAsync();
        _data.Dispose();
    }

    private static double Now() => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000.0;

    private string[] Train(string epochs, string folder) => ["train", "--data", _data.Path, "--epochs", epochs, "--cluster", Cluster, "--out", folder, "--json"];

    private async Task<string> TrainToTheEnd(string epochs, string folder) => IdIn((await _home.Mnist(Train(epochs, folder))).Succeeds().Json.First());

    /// <summary>Reads the output of a command until an epoch has ended.</summary>
    /// <returns>The id of the run.</returns>
    private async Task<string> TrainUntilEpoch(Process train, int epoch)
    {
        string? id = null;
        while (await train.StandardOutput.ReadLineAsync(_home.Guard) is { } line)
        {
            id ??= IdIn(JsonSerializer.Deserialize<JsonElement>(line));
            if (line.StartsWith($"{{\"event\":\"epoch\",\"epoch\":{epoch},", StringComparison.Ordinal))
            {
                return id;
            }
        }

        throw new InvalidOperationException($"The run ended before epoch {epoch}: {await train.StandardError.ReadToEndAsync(_home.Guard)}");
    }

    private static string IdIn(JsonElement started) => started.GetProperty("run_id").GetString()!;

    private JsonElement Json(string file) => JsonSerializer.Deserialize<JsonElement>(File.ReadAllText(_home[file]));

    /// <summary>The times of the accuracies in the events of a run.</summary>
    private double[] TimesOfEpochs(string folder) =>
    [
        .. EventFileTests.Read(Assert.Single(Directory.GetFiles(_home[$"{folder}/tfevents"])))
            .Where(happened => happened.Messages(5).SelectMany(summary => summary.Messages(1)).Any(value => value.Text(1) == "accuracy/test"))
            .Select(happened => BitConverter.UInt64BitsToDouble(happened.Number(1))),
    ];
}
