using System.Text.Json;
using Mnist.Distributed.Tests.Processes;
using Mnist.Distributed.Tests.Training.Data;
using Mnist.Distributed.Training.Data;
using Mnist.Distributed.Training.Weights;
using Xunit;

namespace Mnist.Distributed.Tests.Coordinator;

/// <summary>
/// A user's own images, from a folder to a tested model, with no option but <c>--data</c>.
/// </summary>
public sealed class OwnDataTests(SmallMnist mnist) : IAsyncDisposable
{
    private readonly UserHome _home = new();

    private string Data => _home["own"];

    private string Weights => Path.Combine(_home["out"], "model.safetensors");

    [Fact]
    public async Task Own_images_are_trained_and_evaluated_by_the_names_of_their_classes()
    {
        OwnImages.WriteTo(Data, labelBits: 32);
        await Train();

        var evaluated = (await _home.Mnist("evaluate", "--weights", Weights, "--data", Data)).Succeeds();

        var lines = evaluated.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.StartsWith("mlp on 21 test images of mnist ", lines[0], StringComparison.Ordinal);
        var column = lines[2].IndexOf("images", StringComparison.Ordinal);
        Assert.Equal(OwnImages.Classes, lines[3..].Select(line => line[..column].Trim()));
        Assert.Equal(OwnImages.Classes, JsonSerializer.Deserialize<string[]>(SafetensorsFile.Read(Weights).Metadata["class_names"]));
    }

    [Fact]
    public async Task A_cluster_ends_with_the_bytes_of_this_process()
    {
        OwnImages.WriteTo(Data, labelBits: 16);
        await Train();
        await _home.Up("pair", 2);

        (await _home.Mnist("train", "--data", Data, "--epochs", "1", "--out", _home["far"], "--cluster", "pair")).Succeeds();

        Assert.Equal(File.ReadAllBytes(Weights), File.ReadAllBytes(Path.Combine(_home["far"], "model.safetensors")));
    }

    [Fact]
    public async Task Pictures_give_the_weights_of_the_same_pixels_in_idx_files()
    {
        Pictures.WriteOwnImages(Data);
        await Train();
        var data = new DataSetFolder(Data, DataSetCatalogue.Published.Find("mnist"), DataSetCatalogue.Published, isNamed: true).Load();
        var idx = Directory.CreateDirectory(_home["idx"]).FullName;
        foreach (var (split, images, labels) in ((ImageSet, string, string)[])
            [(data.Train, IdxFileNames.TrainImages, IdxFileNames.TrainLabels), (data.Test, IdxFileNames.TestImages, IdxFileNames.TestLabels)])
        {
            OwnImages.Write(idx, images, [.. Idx.Header(0x804, split.Count, 3, 9, 7), .. split.Images]);
            OwnImages.Write(idx, labels, Idx.Labels(split));
        }

        File.WriteAllLines(Path.Combine(idx, IdxFormat.ClassesFile), data.Shape.Classes.Names);

        (await _home.Mnist("train", "--data", idx, "--epochs", "1", "--out", _home["far"])).Succeeds();

        Assert.Equal(File.ReadAllBytes(Weights), File.ReadAllBytes(Path.Combine(_home["far"], "model.safetensors")));
    }

    /// <summary>
    /// The silos read and resize the pictures by themselves, and refuse other data than the plan's.
    /// </summary>
    [Fact]
    public async Task A_cluster_trains_on_resized_pictures_with_the_bytes_of_this_process()
    {
        Pictures.WriteOwnImages(Data, enlarged: 3);
        string[] options = ["--data", Data, "--image-size", "9x7", "--epochs", "1"];
        (await _home.Mnist(["train", .. options, "--out", _home["out"]])).Succeeds();
        await _home.Up("pair", 2);

        (await _home.Mnist(["train", .. options, "--out", _home["far"], "--cluster", "pair"])).Succeeds();

        Assert.Equal(File.ReadAllBytes(Weights), File.ReadAllBytes(Path.Combine(_home["far"], "model.safetensors")));
        var run = JsonSerializer.Deserialize<JsonElement>(File.ReadAllText(Path.Combine(_home["far"], "run.json"))).GetProperty("run_id").GetString()!;
        Assert.Contains("Results of 1 epoch recomputed: 1 agree", (await _home.Mnist("verify", run, "--cluster", "pair")).Succeeds().Output, StringComparison.Ordinal);
        var evaluated = (await _home.Mnist("evaluate", "--weights", Weights, "--data", Data)).Succeeds();
        Assert.StartsWith("mlp on 21 test images of mnist ", evaluated.Output, StringComparison.Ordinal);
        var shown = (await _home.Mnist("data", "show", "--data", Data, "--image-size", "9x7")).Succeeds();
        Assert.Contains("60 training and 21 test images", shown.Output, StringComparison.Ordinal);
    }

    /// <summary>
    /// The data set is not the default of a plan, so the plan must name its shape. The silos that
    /// come back resize the images again.
    /// </summary>
    [LongFact]
    public async Task A_chaos_run_on_own_pictures_keeps_the_promise()
    {
        Pictures.WriteOwnImages(Data, enlarged: 3);
        string[] options = ["--data", Data, "--image-size", "9x7", "--silos", "2", "--epochs", "600", "--plan", "kill(other) at step 200; power cut at step 600", "--json"];

        var chaos = (await _home.Mnist(["chaos", .. options])).Succeeds();

        Assert.Contains("\"kept\":true", chaos.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Training_goes_on_from_weights_of_own_images()
    {
        OwnImages.WriteTo(Data);
        await Train();

        (await _home.Mnist("train", "--data", Data, "--epochs", "1", "--out", _home["on"], "--init", Weights)).Succeeds();

        var other = (await _home.Mnist("train", "--data", mnist.Path, "--epochs", "1", "--init", Weights)).IsRefused();
        Assert.Contains("layer_stack.1.weight is F32 [100, 189], but the model needs F32 [100, 784]", other, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a label beyond the named classes", "labels must be 0 to 2")]
    [InlineData("a label beyond the digits", "labels must be 0 to 9")]
    [InlineData("no names", "classes.txt")]
    [InlineData("one name", "classes.txt")]
    [InlineData("a name twice", "the same name")]
    [InlineData("a long name", "longer than 100 letters")]
    [InlineData("splits of two shapes", "3 x 9 x 7 and the test images 1 x 9 x 7")]
    [InlineData("513 rows", "at most 512 x 512")]
    public async Task Train_refuses_data_that_do_not_fit(string fault, string hint)
    {
        OwnImages.WriteTo(Data);
        Spoil(fault);

        var sentence = OneSentence(await _home.Mnist("train", "--data", Data, "--epochs", "1", "--out", _home["out"]));

        Assert.Contains(hint, sentence, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_home["out"]));
    }

    [Fact]
    public async Task The_cnn_refuses_images_that_do_not_fit()
    {
        OwnImages.WriteTo(Data);

        var sentence = OneSentence(await _home.Mnist("train", "--data", Data, "--model", "cnn"));

        Assert.Contains("takes images of 1 x 28 x 28, but those of the data set are 3 x 9 x 7: choose another --model", sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--model", "cnn", "--hidden", "5", "The model cnn has no setting --hidden: use --dropout.")]
    [InlineData("--model", "mlp", "--dropout", "0.1", "The model mlp has no setting --dropout: use --hidden.")]
    public async Task Train_refuses_a_setting_that_the_model_does_not_have(string model, string name, string option, string value, string sentence) =>
        Assert.Contains(sentence, OneSentence(await _home.Mnist("train", "--data", mnist.Path, model, name, option, value)), StringComparison.Ordinal);

    [Fact]
    public async Task Evaluate_refuses_data_of_another_shape()
    {
        OwnImages.WriteTo(Data);
        await Train();

        var sentence = OneSentence(await _home.Mnist("evaluate", "--weights", Weights, "--data", mnist.Path));

        Assert.Contains("was trained for images of 3 x 9 x 7 in 3 classes, and mnist ", sentence, StringComparison.Ordinal);
        Assert.Contains("has images of 1 x 28 x 28 in 10", sentence, StringComparison.Ordinal);
    }

    /// <summary>A file from a stranger may say anything of itself.</summary>
    [Fact]
    public async Task Evaluate_refuses_weights_that_say_nonsense_of_themselves()
    {
        OwnImages.WriteTo(Data);
        await Train();
        var file = SafetensorsFile.Read(Weights);
        foreach ((string key, string value, string hint) in ((string, string, string)[])
            [
                ("input_shape", "[\"3\", 9, 7]", "input_shape"),
                ("model_settings", "{\"hidden\": 100}", "model_settings"),
                ("model_settings", "{\"depth\": \"5\"}", "depth"),
                ("model", "transformer\u001b[31m", "There is no model"),
            ])
        {
            SafetensorsFile.Write(Weights, file.Tensors, new Dictionary<string, string>(file.Metadata) { [key] = value });

            var sentence = OneSentence(await _home.Mnist("evaluate", "--weights", Weights, "--data", Data));

            Assert.Contains(hint, sentence, StringComparison.Ordinal);
            Assert.DoesNotContain("\u001b", sentence, StringComparison.Ordinal);
            Assert.DoesNotContain("System.", sentence, StringComparison.Ordinal);
        }
    }

    public ValueTask DisposeAsync() => _home.DisposeAsync();

    private async Task Train() => (await _home.Mnist("train", "--data", Data, "--epochs", "1", "--out", _home["out"])).Succeeds();

    private void Spoil(string fault)
    {
        switch (fault)
        {
            case "a label beyond the named classes":
                OwnImages.Write(Data, IdxFileNames.TestLabels, OwnImages.Labels(OwnImages.TestCount, 16, changed: 20, to: 3));
                break;
            case "a label beyond the digits":
                File.Delete(Path.Combine(Data, IdxFormat.ClassesFile));
                OwnImages.Write(Data, IdxFileNames.TrainLabels, OwnImages.Labels(OwnImages.TrainCount, 32, changed: 0, to: 10));
                break;
            case "splits of two shapes":
                OwnImages.Write(Data, IdxFileNames.TestImages, OwnImages.Images(OwnImages.TestCount, channels: 1));
                break;
            case "513 rows":
                OwnImages.Write(Data, IdxFileNames.TrainImages, OwnImages.Images(OwnImages.TrainCount, channels: 1, rows: 513));
                break;
            default:
                string[] names = fault switch
                {
                    "no names" => [],
                    "one name" => ["fox"],
                    "a name twice" => ["fox", "frog", "fox"],
                    _ => ["fox", "frog", new string('w', 101)],
                };
                File.WriteAllLines(Path.Combine(Data, IdxFormat.ClassesFile), names);
                break;
        }
    }

    /// <summary>
    /// The refusal, without what is said of work that takes long on a busy machine.
    /// </summary>
    private static string OneSentence(Finished finished)
    {
        var sentence = Assert.Single(
            finished.IsRefused().Split('\n', StringSplitOptions.RemoveEmptyEntries),
            line => !line.EndsWith(" ...", StringComparison.Ordinal));
        Assert.StartsWith("mnist: ", sentence, StringComparison.Ordinal);
        Assert.EndsWith(".", sentence, StringComparison.Ordinal);
        return sentence;
    }
}
