using System.IO.Compression;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Tests.Processes;
using Mnist.Distributed.Training.Catalogue;
using Mnist.Distributed.Training.Data;
using Xunit;

namespace Mnist.Distributed.Tests.Coordinator;

/// <summary>
/// For any bad input, the program ends with exit code 2 and one sentence that tells the user what
/// to do.
/// </summary>
public sealed class BadInputTests(SmallMnist data) : IAsyncDisposable
{
    private readonly UserHome _home = new();

    [Theory]
    [InlineData("--model", "transformer", "mlp, mlp-logits, cnn")]
    [InlineData("--dataset", "imagenet", "fashion-mnist")]
    [InlineData("--loss", "quintic", "cross-entropy")]
    [InlineData("--model", "cnnn", "'cnnn': did you mean cnn?")]
    [InlineData("--loss", "hinges", "'hinges': did you mean hinge?")]
    [InlineData("--task", "string", "'string': did you mean strings?")]
    [InlineData("--optimizer", "Adam", "'Adam': did you mean adam?")]
    [InlineData("--schedule", "onecycle", "'onecycle': did you mean one-cycle?")]
    [InlineData("--dataset", "fashion", "did you mean fashion-mnist?")]
    [InlineData("--workers", "0", "--workers")]
    [InlineData("--workers", "1025", "--workers")]
    [InlineData("--workers", "two", "--workers")]
    [InlineData("--batch-size", "0", "--batch-size")]
    [InlineData("--batch-size", "1", "--batch-size")]
    [InlineData("--lr", "0", "--lr")]
    [InlineData("--lr", "-0.1", "--lr")]
    [InlineData("--lr", "NaN", "--lr")]
    [InlineData("--lr", "Infinity", "--lr")]
    [InlineData("--lr", "fast", "--lr")]
    [InlineData("--epochs", "0", "--epochs")]
    [InlineData("--momentum", "1", "--momentum")]
    [InlineData("--weight-decay", "-1", "--weight-decay")]
    [InlineData("--dropout", "1", "--dropout")]
    [InlineData("--optimizer", "lion", "sgd, adam, adamw, rmsprop, adagrad")]
    [InlineData("--schedule", "plateau", "one-cycle")]
    [InlineData("--beta2", "1", "--beta2")]
    [InlineData("--gamma", "0.5", "constant")]
    [InlineData("--clip-norm", "-1", "--clip-norm")]
    [InlineData("--ema", "2", "--ema")]
    [InlineData("--warmup-steps", "99999999", "--epochs")]
    [InlineData("--hidden", "0", "--hidden")]
    [InlineData("--limit", "0", "--limit")]
    [InlineData("--limit", "many", "--limit")]
    [InlineData("--patience", "-1", "--patience")]
    [InlineData("--patience", "soon", "--patience")]
    [InlineData("--target", "NaN", "--target")]
    [InlineData("--target", "98", "0.98")]
    [InlineData("--target", "-0.1", "--target")]
    [InlineData("--keep", "other", "last or best")]
    [InlineData("--slices", "0", "--slices")]
    [InlineData("--slices", "65", "--slices")]
    [InlineData("--fan-out", "3", "--fan-out")]
    [InlineData("--learning-rate", "0.1", "--learning-rate")]
    [InlineData("--data", "nowhere", "nowhere")]
    [InlineData("--init", "nowhere.safetensors", "nowhere.safetensors")]
    [InlineData("--cluster", "nowhere", "mnist cluster up --cluster nowhere")]
    [InlineData("--cluster", "../etc", "'../etc'")]
    public async Task Train_refuses_a_bad_option(string option, string value, string hint)
    {
        string[] usual = option is "--data" or "--dataset" ? [] : ["--data", data.Path];
        var sentence = (await _home.Mnist(["train", option, value, .. usual])).IsRefused();
        Assert.Contains(hint, sentence, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_home["runs"]));
    }

    [Theory]
    [InlineData("show")]
    [InlineData("watch")]
    [InlineData("stop")]
    public async Task Runs_of_an_unknown_cluster_are_refused(string command)
    {
        var sentence = (await _home.Mnist("runs", command, "some-run", "--cluster", "unknown")).IsRefused();
        Assert.Contains("mnist cluster up --cluster unknown", sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cluster_status_of_an_unknown_cluster_is_refused() =>
        Assert.Contains("no cluster unknown", (await _home.Mnist("cluster", "status", "--name", "unknown")).IsRefused(), StringComparison.Ordinal);

    [Fact]
    public async Task Cluster_of_no_silos_is_refused() =>
        Assert.Contains("--silos", (await _home.Mnist("cluster", "up", "--silos", "0")).IsRefused(), StringComparison.Ordinal);

    [Fact]
    public async Task Evaluate_without_weights_is_refused() =>
        Assert.Contains("--weights", (await _home.Mnist("evaluate")).IsRefused(), StringComparison.Ordinal);

    [Theory]
    [InlineData("a file is missing", "t10k-labels-idx1-ubyte")]
    [InlineData("the images are cut off", "train-images-idx3-ubyte")]
    [InlineData("the magic is wrong", "train-labels-idx1-ubyte")]
    [InlineData("a label is 10", "train-labels-idx1-ubyte")]
    [InlineData("the counts differ", "train-labels-idx1-ubyte")]
    [InlineData("the gzip is damaged", "train-images-idx3-ubyte")]
    public async Task Train_refuses_damaged_data(string damage, string file)
    {
        var folder = _home["data"];
        Directory.CreateDirectory(folder);
        foreach (var name in IdxFileNames.All)
        {
            File.Copy(Path.Combine(data.Path, name), Path.Combine(folder, name));
        }

        Damage(damage, Path.Combine(folder, file));
        var sentence = (await _home.Mnist("train", "--data", folder, "--out", _home["out"])).IsRefused();
        Assert.Contains(file, sentence, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_home["out"]));
    }

    [Fact]
    public async Task Train_refuses_weights_with_NaN() =>
        Assert.Contains("layer_stack.3.bias contains NaN", await RefusedInit(values => values[^1] = float.NaN), StringComparison.Ordinal);

    [Fact]
    public async Task Train_refuses_weights_of_another_width()
    {
        var sentence = await RefusedInit(_ => { }, "--hidden", "50");
        Assert.Contains("layer_stack.1.weight is F32 [100, 784], but the model needs F32 [50, 784]", sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_refuses_weights_of_another_model()
    {
        var sentence = await RefusedInit(_ => { }, "--model", "cnn");
        Assert.Contains("missing: conv1.weight", sentence, StringComparison.Ordinal);
        Assert.Contains("unknown: layer_stack.1.weight", sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_refuses_a_header_that_lies()
    {
        var file = _home["lie.safetensors"];
        File.WriteAllBytes(file, [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f, (byte)'{', (byte)'}']);
        Assert.Contains(file, (await _home.Mnist("train", "--data", data.Path, "--init", file)).IsRefused(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_keeps_the_run_that_out_holds_unless_forced()
    {
        string[] train = ["train", "--data", data.Path, "--limit", "60", "--epochs", "1", "--out", _home["out"]];
        (await _home.Mnist(train)).Succeeds();
        var before = File.ReadAllText(Path.Combine(_home["out"], "run.json"));

        var sentence = (await _home.Mnist(train)).IsRefused();

        Assert.Contains("--force", sentence, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllText(Path.Combine(_home["out"], "run.json")));
        (await _home.Mnist([.. train, "--force"])).Succeeds();
        Assert.NotEqual(before, File.ReadAllText(Path.Combine(_home["out"], "run.json")));
    }

    [Fact]
    public async Task Train_refuses_a_folder_it_cannot_write()
    {
        File.WriteAllText(_home["file"], "");
        var sentence = (await _home.Mnist("train", "--data", data.Path, "--out", Path.Combine(_home["file"], "run"))).IsRefused();
        Assert.Contains("--out", sentence, StringComparison.Ordinal);
    }

    public ValueTask DisposeAsync() => _home.DisposeAsync();

    private async Task<string> RefusedInit(Action<float[]> change, params string[] options)
    {
        var plan = new TrainingPlan();
        var layout = TrainingSetup.Of(plan).Model.Layout;
        var state = TrainingSetup.Of(plan).NewState().Snapshot();
        var bias = layout["layer_stack.3.bias"];
        var values = state.Parameters.Span[..(bias.Offset + bias.Length)].ToArray();
        change(values);
        var whole = new float[layout.Length];
        values.CopyTo(whole, 0);
        var file = _home["init.safetensors"];
        ModelWeights.Write(file, TrainingSetup.Of(plan), state with { Parameters = new ParameterVector(whole) });
        return (await _home.Mnist(["train", "--data", data.Path, "--init", file, .. options])).IsRefused();
    }

    private static void Damage(string damage, string path)
    {
        var bytes = File.ReadAllBytes(path);
        switch (damage)
        {
            case "a file is missing":
                File.Delete(path);
                return;
            case "the images are cut off":
                bytes = bytes[..^1];
                break;
            case "the magic is wrong":
                bytes[3] = 3;
                break;
            case "a label is 10":
                bytes[8 + 17] = 10;
                break;
            case "the counts differ":
                bytes = bytes[..^1];
                bytes[7]--;
                break;
            case "the gzip is damaged":
                using (var packed = new MemoryStream())
                {
                    using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
                    {
                        gzip.Write(bytes);
                    }

                    bytes = packed.ToArray();
                    bytes[bytes.Length / 2] ^= 0x10;
                }

                break;
        }

        File.WriteAllBytes(path, bytes);
    }
}
