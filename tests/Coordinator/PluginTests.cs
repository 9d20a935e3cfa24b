using Mnist.Distributed.Tests.Cluster;
using Mnist.Distributed.Tests.Processes;
using Mnist.Distributed.Tests.Samples;
using Xunit;

namespace Mnist.Distributed.Tests.Coordinator;

/// <summary><c>--models-from</c>, seen from the command line.</summary>
public sealed class PluginTests(SmallMnist data) : IAsyncDisposable
{
    private readonly UserHome _home = new();

    [Theory]
    [InlineData("does not exist", "train", "--models-from", "nowhere.dll")]
    [InlineData("is not a .NET assembly", "models", "--models-from", "/etc/hostname")]
    [InlineData("is empty: give a FILE.dll", "plan", "--models-from", " ")]
    [InlineData("does not exist", "cluster", "up", "--models-from", "nowhere.dll")]
    [InlineData("'--colour' is not an option of mnist train", "train", "--models-from", "SAMPLE", "--colour")]
    [InlineData("There is no model 'other': choose one of mlp", "train", "--models-from", "SAMPLE", "--model", "other")]
    [InlineData("is not a folder", "silo", "--Silo:Store", "sqlite:x.db", "--Silo:ModelsFolder", "nowhere")]
    public async Task What_cannot_be_used_is_refused(string sentence, params string[] arguments) => Assert.Contains(
        sentence, (await _home.Mnist([.. arguments.Select(word => word == "SAMPLE" ? Sample.Assembly : word)])).IsRefused(), StringComparison.Ordinal);

    [Fact]
    public async Task A_plugin_that_the_plan_does_not_need_gets_a_remark()
    {
        _home.Set("MNIST_DATA", data.Path);

        var run = (await _home.Mnist("train", "--limit", "60", "--epochs", "1", "--models-from", Sample.Assembly, "--out", "out")).Succeeds();

        Assert.Contains("--models-from has no effect", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_trial_of_a_model_of_a_plugin_has_the_bytes_of_the_same_train_alone()
    {
        string[] plan = ["--data", data.Path, "--limit", "300", "--epochs", "1", "--models-from", Sample.Assembly, "--model", Sample.Model];
        (await _home.Mnist(["sweep", .. plan, "--lr", "0.02,0.05", "--out", "sweep"])).Succeeds();
        (await _home.Mnist(["train", .. plan, "--lr", "0.05", "--out", "alone"])).Succeeds();

        var trial = Directory.GetDirectories(_home["sweep"], "*-002").Single();
        Assert.Equal(
            await File.ReadAllBytesAsync(_home["alone/model.safetensors"], _home.Guard),
            await File.ReadAllBytesAsync(Path.Combine(trial, "model.safetensors"), _home.Guard));
    }

    /// <summary>
    /// Three silos: one without the file, one with the same file, one with another one. Each wrong
    /// one is named with what it lacks; the silo that is right is not.
    /// </summary>
    [Theory]
    [InlineData("Silo silo-2 has OwnModel.dll with SHA-256 ", "another")]
    [InlineData("Silo silo-2 does not find OwnModel.dll", "empty")]
    [InlineData("Silo silo-2 has no folder with models", null)]
    public async Task A_silo_without_the_same_file_is_named_and_the_run_is_refused(string sentence, string? second)
    {
        _home.Set("MNIST_DATA", data.Path);
        var same = Directory.CreateDirectory(_home["same"]).FullName;
        var another = Directory.CreateDirectory(_home["another"]).FullName;
        Directory.CreateDirectory(_home["empty"]);
        File.Copy(Sample.Assembly, Path.Combine(same, "OwnModel.dll"));
        File.WriteAllBytes(Path.Combine(another, "OwnModel.dll"), [.. File.ReadAllBytes(Sample.Assembly), 0]);
        var store = $"sqlite:{_home["store.db"]}";
        await using var silos = new StoredSilos(_home, "plug-ins", store);
        await silos.Start(2, silo => silo == 1 ? ["--Silo:ModelsFolder", same] : second is null ? [] : ["--Silo:ModelsFolder", _home[second]]);

        var refusal = (await _home.Mnist(
            "train", "--models-from", Sample.Assembly, "--model", Sample.Model, "--cluster", "plug-ins", "--store", store, "--out", _home["out"])).IsRefused();

        Assert.Contains(sentence, refusal, StringComparison.Ordinal);
        Assert.DoesNotContain("silo-1", refusal, StringComparison.Ordinal);
    }

    public ValueTask DisposeAsync() => _home.DisposeAsync();
}
