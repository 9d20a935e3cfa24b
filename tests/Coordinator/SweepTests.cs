using System.Diagnostics;
using System.Text.Json;
using Mnist.Distributed.Tests.Processes;
using Xunit;

namespace Mnist.Distributed.Tests.Coordinator;

/// <summary><c>mnist sweep</c> in this process, as a user or a script sees it.</summary>
public sealed class SweepTests(SmallMnist data) : IAsyncDisposable
{
    private readonly UserHome _home = new();

    [Fact]
    public async Task Each_trial_has_the_bytes_of_the_same_train_alone()
    {
        var sweep = (await Sweep("--limit", "300", "--epochs", "2", "--lr", "0.03,0.1", "--seed", "0..1", "--out", "s", "--json")).Succeeds().Json.ToArray();
        Assert.Equal("sweep", sweep[0].GetProperty("event").GetString());
        Assert.Equal("done", sweep[^1].GetProperty("event").GetString());
        Assert.Equal(["lr", "seed"], sweep[0].GetProperty("swept").EnumerateArray().Select(option => option.GetString()!));
        var trials = sweep.Where(line => line.GetProperty("event").GetString() == "trial").OrderBy(line => line.GetProperty("trial").GetInt32()).ToArray();
        Assert.Equal(4, trials.Length);
        foreach (var (trial, at) in trials.Select((trial, at) => (trial, at)))
        {
            var values = trial.GetProperty("values");
            var alone = (await _home.Mnist(
                "train", "--data", data.Path, "--limit", "300", "--epochs", "2", "--lr", values.GetProperty("lr").GetString()!, "--seed", values.GetProperty("seed").GetString()!, "--out", $"alone-{at}", "--json")).Succeeds().Json.Last();
            Assert.Equal(alone.GetProperty("weights_sha256").GetString(), trial.GetProperty("weights_sha256").GetString());
            Assert.Equal(
                await File.ReadAllBytesAsync(Path.Combine(_home[$"alone-{at}"], "model.safetensors"), _home.Guard),
                await File.ReadAllBytesAsync(Path.Combine(_home["s"], trial.GetProperty("run_id").GetString()!, "model.safetensors"), _home.Guard));
        }

        var stored = JsonSerializer.Deserialize<JsonElement>(await File.ReadAllTextAsync(Path.Combine(_home["s"], "sweep.json"), _home.Guard));
        Assert.Equal(sweep[^1].GetProperty("best_command").GetString(), stored.GetProperty("best_command").GetString());
        Assert.StartsWith("mnist train ", stored.GetProperty("best_command").GetString(), StringComparison.Ordinal);
        Assert.Equal(5, Table("s").Count);
        Assert.True(File.Exists(Path.Combine(_home["s"], "sweep.html")));

        var shown = (await _home.Mnist("sweep", "show", "s", "--json")).Succeeds().Json.Single();
        Assert.Equal(sweep[^1].GetProperty("best_trial").GetInt32(), shown.GetProperty("best_trial").GetInt32());
        Assert.Contains("complete", (await _home.Mnist("sweep", "resume", "s")).IsRefused(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sweep_whose_process_is_killed_goes_on_to_the_same_bytes()
    {
        string[] trials = ["--limit", "900", "--epochs", "12", "--lr", "0.03,0.1,0.2", "--seed", "0..1", "--threads", "2"];
        (await Sweep([.. trials, "--out", "whole"])).Succeeds();

        using (var killed = Start([.. trials, "--out", "killed", "--json"]))
        {
            await Until(killed, line => line.GetProperty("event").GetString() == "progress" && line.GetProperty("epochs").GetInt32() >= 15);
            killed.Kill();
            await killed.WaitForExitAsync(_home.Guard);
        }

        Assert.Equal("interrupted", (await _home.Mnist("sweep", "show", "killed", "--json")).Succeeds().Json.Single().GetProperty("status").GetString());
        using (var stopped = _home.Start("sweep", "resume", "killed", "--json"))
        {
            await Until(stopped, line => line.GetProperty("event").GetString() == "trial");
            Signals.Interrupt(stopped.Id);
            await stopped.StandardOutput.ReadToEndAsync(_home.Guard);
            await stopped.WaitForExitAsync(_home.Guard);
            Assert.True(stopped.ExitCode is 130 or 0, $"exit code {stopped.ExitCode}");
            if (stopped.ExitCode == 130)
            {
                Assert.Contains("mnist sweep resume killed", await stopped.StandardError.ReadToEndAsync(_home.Guard), StringComparison.Ordinal);
                (await _home.Mnist("sweep", "resume", "killed")).Succeeds();
            }
        }

        Assert.Equal(Table("whole").Select(Lasting), Table("killed").Select(Lasting));
    }

    [Fact]
    public async Task Halving_drops_the_trials_that_the_metrics_say()
    {
        string[] rates = ["0.001", "0.02", "0.1", "0.3", "1", "3", "0.01", "0.05", "0.2"];
        var whole = (await Sweep("--limit", "600", "--epochs", "9", "--lr", string.Join(',', rates), "--out", "whole", "--json")).Succeeds();
        Assert.NotEmpty(whole.Output);
        (await Sweep("--limit", "600", "--epochs", "9", "--lr", string.Join(',', rates), "--halving", "3", "--out", "halved", "--json")).Succeeds();

        // The metrics of each epoch are those of the sweep without halving.
        var metrics = Epochs("whole");
        var left = Enumerable.Range(0, rates.Length).ToArray();
        var expected = new int[rates.Length];
        foreach (var (rung, places) in new[] { (1, 3), (3, 1), (9, 0) })
        {
            var ranked = left.OrderByDescending(trial => metrics[trial][rung - 1]).ThenBy(trial => trial).ToArray();
            foreach (var trial in ranked.Skip(places))
            {
                expected[trial] = rung;
            }

            left = [.. ranked.Take(places).Order()];
        }

        Assert.Equal(expected, Epochs("halved").Select(trial => trial.Length));
        Assert.All(Epochs("halved").Zip(metrics), trial => Assert.Equal(trial.Second[..trial.First.Length], trial.First));
        Assert.Equal(8, Table("halved").Count(row => row.Contains(",dropped,", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_sweep_in_the_usual_folder_is_listed_found_by_its_id_and_deleted()
    {
        (await Sweep("--limit", "60", "--epochs", "1", "--lr", "1e-3..1:log", "--random", "3")).Succeeds();
        var listed = (await _home.Mnist("sweep", "list", "--json")).Succeeds().Json.Single();
        var id = listed.GetProperty("sweep_id").GetString()!;
        Assert.Equal((3, 3, "completed"), (listed.GetProperty("trials").GetInt32(), listed.GetProperty("over").GetInt32(), listed.GetProperty("status").GetString()));
        Assert.Equal(
            Enumerable.Range(1, 3).Select(trial => $"{id}-{trial:D3}"),
            (await _home.Mnist("runs", "list", "--sweep", id, "--json")).Succeeds().Json.Select(run => run.GetProperty("run_id").GetString()).Order());
        Assert.Empty((await _home.Mnist("runs", "list", "--json")).Succeeds().Json);
        Assert.Contains($"{id}-002", (await _home.Mnist("runs", "show", $"{id}-002")).Succeeds().Output, StringComparison.Ordinal);
        Assert.Contains("no run latest", (await _home.Mnist("runs", "show", "latest")).IsRefused(), StringComparison.Ordinal);
        Assert.Contains("best command: mnist train", (await _home.Mnist("sweep", "show", "latest")).Succeeds().Output, StringComparison.Ordinal);
        Assert.Contains("nothing to stop", (await _home.Mnist("sweep", "stop", id[..10])).IsRefused(), StringComparison.Ordinal);
        (await _home.Mnist("sweep", "delete", id)).Succeeds();
        Assert.Empty(Directory.EnumerateFileSystemEntries(_home["runs"]));
        Assert.Contains("no sweep", (await _home.Mnist("sweep", "show", id)).IsRefused(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Trials_begin_with_given_weights_and_have_reports_if_asked_for()
    {
        string[] begin = ["--limit", "300", "--epochs", "1"];
        (await _home.Mnist("train", "--data", data.Path, "--limit", "300", "--epochs", "1", "--out", "runs/first")).Succeeds();
        (await Sweep([.. begin, "--init", "latest", "--lr", "0.03,0.1", "--reports", "--out", "s"])).Succeeds();
        (await _home.Mnist(["train", "--data", data.Path, .. begin, "--init", "runs/first/model.safetensors", "--lr", "0.1", "--out", "alone"])).Succeeds();

        var sweep = JsonSerializer.Deserialize<JsonElement>(await File.ReadAllTextAsync(_home["s/sweep.json"], _home.Guard));
        Assert.Contains("--init runs/first/model.safetensors", sweep.GetProperty("command").GetString(), StringComparison.Ordinal);
        var trials = Directory.GetDirectories(_home["s"], "*-00?").Order(StringComparer.Ordinal).ToArray();
        Assert.Equal(2, trials.Length);
        Assert.Equal(
            await File.ReadAllBytesAsync(_home["alone/model.safetensors"], _home.Guard),
            await File.ReadAllBytesAsync(Path.Combine(trials[1], "model.safetensors"), _home.Guard));
        Assert.All(trials, trial => Assert.True(File.Exists(Path.Combine(trial, "report.html"))));
    }

    [Fact]
    public async Task A_trial_that_fails_does_not_end_the_others()
    {
        var sweep = (await Sweep("--limit", "300", "--epochs", "1", "--model", "mlp-logits", "--lr", "0.1,1e30", "--json")).Succeeds().Json.Last();
        Assert.Equal((1, 1), (sweep.GetProperty("trials").GetProperty("completed").GetInt32(), sweep.GetProperty("trials").GetProperty("failed").GetInt32()));
        Assert.Equal(1, sweep.GetProperty("best_trial").GetInt32());
    }

    [Theory]
    [InlineData("No option has several values", "--lr", "0.1")]
    [InlineData("--lr must be a number, but is 'x'", "--lr", "0.1,x")]
    [InlineData("goes backwards", "--seed", "4..0")]
    [InlineData("has no effect without --random", "--seed", "0..4", "--sweep-seed", "3")]
    [InlineData("--detach needs --cluster", "--seed", "0..4", "--detach")]
    [InlineData("--halving must be from 2", "--seed", "0..4", "--halving", "1")]
    [InlineData("same number of epochs", "--epochs", "1..3", "--halving", "3")]
    [InlineData("one metric", "--task", "digits,strings")]
    [InlineData("--threads must be from 1", "--seed", "0..4", "--threads", "0")]
    public async Task Wrong_input_is_refused_with_a_sentence(string sentence, params string[] options) =>
        Assert.Contains(sentence, (await Sweep([.. options, "--json"])).IsRefused(), StringComparison.Ordinal);

    public ValueTask DisposeAsync() => _home.DisposeAsync();

    private Task<Finished> Sweep(params string[] options) => _home.Mnist(["sweep", "--data", data.Path, .. options]);

    private Process Start(params string[] options) => _home.Start(["sweep", "--data", data.Path, .. options]);

    private async Task Until(Process process, Func<JsonElement, bool> happened)
    {
        while (await process.StandardOutput.ReadLineAsync(_home.Guard) is { } line)
        {
            if (happened(JsonSerializer.Deserialize<JsonElement>(line)))
            {
                return;
            }
        }

        Assert.Fail(await process.StandardError.ReadToEndAsync(_home.Guard));
    }

    private IReadOnlyList<string> Table(string folder) => File.ReadAllLines(Path.Combine(_home[folder], "sweep.csv"));

    /// <summary>A row of <c>sweep.csv</c> without its id and its time.</summary>
    private static string Lasting(string row) => string.Join(',', row.Split(',').Where((_, column) => column is not (1 or 11)));

    private double[][] Epochs(string folder) =>
    [
        .. JsonSerializer.Deserialize<JsonElement>(File.ReadAllText(Path.Combine(_home[folder], "sweep.json"))).GetProperty("trials").EnumerateArray()
            .Select(trial => trial.GetProperty("epochs").EnumerateArray().Select(epoch => epoch.GetProperty("test_accuracy").GetDouble()).ToArray()),
    ];
}
