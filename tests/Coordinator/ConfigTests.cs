using System.Text.Json;
using Mnist.Distributed.Tests.Processes;
using Xunit;

namespace Mnist.Distributed.Tests.Coordinator;

/// <summary>Defaults from files and variables, as the program finds them.</summary>
public sealed class ConfigTests(SmallMnist data) : IAsyncDisposable
{
    private const string UserFile = "config/mnist-distributed/mnist.json";

    private readonly UserHome _home = new();

    [Fact]
    public async Task A_run_takes_defaults_from_both_files_and_from_variables_and_its_command_repeats_them()
    {
        Write(UserFile, """{"epochs": 3, "limit": 90, "hidden": 12, "dropout": 0.5, "slices": 4, "store": "redis:db:6379", "train": {"seed": 5}}""");
        Write("mnist.json", """
            {
              // of this project
              "epochs": 2,
              "evaluate": {"json": true},
            }
            """);
        _home.Set("MNIST_LR", "0.25");
        _home.Set("MNIST_EPOCHS", "1");

        var run = (await _home.Mnist("train", "--data", data.Path, "--limit", "60", "--out", _home["run"])).Succeeds();

        var description = JsonSerializer.Deserialize<JsonElement>(await File.ReadAllTextAsync(_home["run/run.json"], _home.Guard));
        var plan = description.GetProperty("plan");
        Assert.Equal(0.25, plan.GetProperty("learning_rate").GetDouble());
        Assert.Equal(1, plan.GetProperty("epochs").GetInt32());
        Assert.Equal(60, plan.GetProperty("samples").GetInt32());
        Assert.Equal(5, plan.GetProperty("seed").GetInt32());
        Assert.Equal(12, plan.GetProperty("model_settings").GetProperty("hidden").GetInt32());
        Assert.DoesNotContain("no effect", run.Output + run.Error, StringComparison.Ordinal);
        var command = description.GetProperty("command").GetString()!;
        Assert.All(["--lr 0.25", "--epochs 1", "--limit 60", "--seed 5", "--hidden 12"], given => Assert.Contains(given, command, StringComparison.Ordinal));
        Assert.DoesNotContain("redis", command, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Config_shows_what_is_set_where_and_what_wins()
    {
        Assert.Contains("No defaults are set", (await _home.Mnist("config")).Succeeds().Output, StringComparison.Ordinal);
        Write(UserFile, """{"lr": 0.1, "store": "postgres:Password=secret"}""");
        Write("mnist.json", """{"lr": 0.2, "cluster up": {"silos": 5}}""");
        _home.Set("MNIST_LR", "0.3");

        var shown = (await _home.Mnist("config", "--json")).Succeeds().Json.ToArray();

        Assert.Equal(
            [
                "variable --lr 0.3 True", "workingfolder --lr 0.2 False", "workingfolder --silos 5 True", "user --lr 0.1 False", "user --store (not shown) True",
            ],
            shown.Select(one => $"{one.GetProperty("origin").GetString()!.Replace("_", "", StringComparison.Ordinal)} {one.GetProperty("option").GetString()} {one.GetProperty("value").GetString()} {one.GetProperty("wins").GetBoolean()}")
                .OrderBy(line => line[0] == 'v' ? 0 : line[0] == 'w' ? 1 : 2).ThenBy(line => line, StringComparer.Ordinal));
        var table = (await _home.Mnist("config")).Succeeds().Output;
        Assert.Contains($"'lr' in {_home["mnist.json"]}", table, StringComparison.Ordinal);
        Assert.Contains("replaced by MNIST_LR", table, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", table, StringComparison.Ordinal);
        Assert.Equal($"{_home["mnist.json"]}\n{_home[UserFile]}\n", (await _home.Mnist("config", "path")).Succeeds().Output);
    }

    [Theory]
    [InlineData("mnist.json", """{"learning-rate": 1}""", "'learning-rate' in ")]
    [InlineData("mnist.json", """{"epochs": null}""", "'epochs' in ")]
    [InlineData("mnist.json", """{"epochs": {"a": 1}}""", "'epochs: a' in ")]
    [InlineData("mnist.json", """{"epochs": "many"}""", "--epochs must be a whole number")]
    [InlineData("mnist.json", """{"epochs": 1, "epochs": 2}""", "mnist.json is not valid JSON")]
    [InlineData("mnist.json", "[]", "mnist.json must be a JSON object")]
    [InlineData("mnist.json", "epochs: 3", "mnist.json is not valid JSON")]
    [InlineData("mnist.json", "", "mnist.json is empty")]
    [InlineData("mnist.json", """{"models-from": "Own.dll"}""", "is not taken from a file in the working folder")]
    [InlineData(UserFile, """{"models-from": "Own.dll"}""", "Own.dll")]
    [InlineData(UserFile, """{"lr": -1}""", "--lr is set by 'lr' in ")]
    public async Task A_file_that_cannot_be_used_gets_one_sentence(string file, string content, string sentence)
    {
        Write(file, content);

        var error = (await _home.Mnist("train", "--limit", "30", "--data", data.Path)).IsRefused();

        Assert.Contains(sentence, error, StringComparison.Ordinal);
        Assert.Single(error.Trim().Split('\n'), line => !line.EndsWith(" ...", StringComparison.Ordinal));
        Assert.Contains("Usage", (await _home.Mnist("train", "--help")).Succeeds().Output, StringComparison.OrdinalIgnoreCase);
        (await _home.Mnist("config", "path")).Succeeds();
    }

    [Fact]
    public async Task A_file_that_others_may_write_is_refused()
    {
        Write("mnist.json", """{"epochs": 1}""");
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no such permissions.");
            return;
        }

        File.SetUnixFileMode(_home["mnist.json"], File.GetUnixFileMode(_home["mnist.json"]) | UnixFileMode.OtherWrite);

        Assert.Contains("Other users may write to", (await _home.Mnist("losses")).IsRefused(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_variable_that_the_option_refuses_is_named()
    {
        _home.Set("MNIST_WORKERS", "two");

        Assert.Contains("MNIST_WORKERS cannot be used: --workers must be a whole number, but is 'two'.", (await _home.Mnist("train")).IsRefused(), StringComparison.Ordinal);
    }

    public ValueTask DisposeAsync() => _home.DisposeAsync();

    private void Write(string file, string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_home[file])!);
        File.WriteAllText(_home[file], content);
    }
}
