using System.Text.Json;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Tests.Processes;
using Mnist.Distributed.Tests.Training.Data;
using Mnist.Distributed.Training.Catalogue;
using Xunit;

namespace Mnist.Distributed.Tests.Coordinator.Commands.Models;

/// <summary><c>mnist models</c> tells of each model what a user must know to choose one.</summary>
public sealed class ModelsTests : IAsyncDisposable
{
    private readonly UserHome _home = new();

    [Fact]
    public async Task Each_model_has_a_line()
    {
        var lines = (await _home.Mnist("models")).Succeeds().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

        var catalogue = TrainingCatalogue.Standard;
        string[] updates = [.. catalogue.Optimizers.Select(known => $"optimizer {known.Name}"), .. catalogue.Schedules.Select(known => $"schedule {known.Name}")];
        Assert.Equal([.. catalogue.Models.Select(model => model.Name), .. updates], lines.Select(line => line.Split(':')[0]));
        Assert.Contains("optimizer adamw: lr 0.001; beta1 0.9, beta2 0.999, epsilon 1E-08, weight-decay 0.01", lines);
        Assert.Contains("schedule multi-step: times --gamma after each of the --milestones; milestones (to be given), gamma 0.1", lines);
        Assert.Contains("hidden 100; images of 1 x 28 x 28, 10 outputs; 79,510 parameters, 79,400 multiply-adds an image", lines[0], StringComparison.Ordinal);
        Assert.All(
            catalogue.Models.Zip(lines),
            pair => Assert.Contains(pair.First.Task switch
            {
                "ink" => "images of 1 x 28 x 28, 784 outputs",
                "boxes" => "images of 1 x 56 x 56, 4 outputs",
                "strings" => "images of 1 x 28 x 128, 352 outputs",
                _ => "images of 1 x 28 x 28, 10 outputs",
            }, pair.Second, StringComparison.Ordinal));
    }

    /// <summary>784 x 300 + 300 + 300 x 10 + 10 parameters.</summary>
    [Fact]
    public async Task One_model_is_shown_with_its_tensors()
    {
        var output = (await _home.Mnist("models", "mlp", "--hidden", "300")).Succeeds().Output;

        Assert.Contains("hidden 300", output, StringComparison.Ordinal);
        Assert.Contains("238,510 parameters", output, StringComparison.Ordinal);
        Assert.Matches(@"layer_stack\.1\.weight +\[300, 784\]", output);
        Assert.Matches(@"layer_stack\.3\.bias +\[10\]", output);
    }

    /// <summary>
    /// The tensors are those of the file that training writes; running statistics are no
    /// parameters.
    /// </summary>
    [Fact]
    public async Task Json_has_the_numbers_of_the_layout()
    {
        var all = (await _home.Mnist("models", "--json")).Succeeds().Json.ToArray();
        var models = all.Where(line => line.TryGetProperty("name", out _)).ToArray();

        Assert.Equal(
            TrainingCatalogue.Standard.Optimizers.Select(known => known.Name),
            all.Where(line => line.TryGetProperty("optimizer", out _)).Select(line => line.GetProperty("optimizer").GetString()));
        Assert.Equal(
            TrainingCatalogue.Standard.Schedules.Select(known => known.Name),
            all.Where(line => line.TryGetProperty("schedule", out _)).Select(line => line.GetProperty("schedule").GetString()));
        Assert.Equal(TrainingCatalogue.Standard.Models.Count, models.Length);
        foreach (var (model, known) in models.Zip(TrainingCatalogue.Standard.Models))
        {
            var setup = TrainingSetup.Of(new TrainingPlan { Model = known.Name, Task = known.Task, Loss = TrainingCatalogue.Standard.Task(known.Task).Loss });
            Assert.Equal(known.Name, model.GetProperty("name").GetString());
            Assert.Equal(known.Settings.Select(setting => setting.Name).Order(StringComparer.Ordinal), model.GetProperty("settings").EnumerateObject().Select(setting => setting.Name));
            Assert.Equal(setup.Objective.Outputs, model.GetProperty("outputs").GetInt32());
            Assert.Equal(
                setup.Model.Layout.Entries.Select(entry => (entry.Name, string.Join(' ', entry.Shape))),
                model.GetProperty("tensors").EnumerateArray().Select(tensor => (
                    tensor.GetProperty("name").GetString()!,
                    string.Join(' ', tensor.GetProperty("shape").EnumerateArray().Select(size => size.GetInt32())))));
            var parameters = setup.Model.Layout.Entries
                .Where(entry => entry.Shape.Length > 0 && !entry.Name.Contains("running_", StringComparison.Ordinal))
                .Sum(entry => entry.Shape.Aggregate(1, (product, size) => product * size));
            Assert.Equal(parameters, model.GetProperty("parameters").GetInt64());
        }
    }

    [Fact]
    public async Task Own_images_change_what_a_model_is()
    {
        OwnImages.WriteTo(_home["own"]);

        var lines = (await _home.Mnist("models", "--data", _home["own"])).Succeeds().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => !line.StartsWith("optimizer ", StringComparison.Ordinal) && !line.StartsWith("schedule ", StringComparison.Ordinal)).ToArray();
        var models = (await _home.Mnist("models", "--data", _home["own"], "--json")).Succeeds().Json.Where(line => line.TryGetProperty("name", out _)).ToArray();

        // 189 x 100 + 100 + 100 x 3 + 3 parameters.
        Assert.Contains("images of 3 x 9 x 7, 3 outputs; 19,303 parameters", lines[0], StringComparison.Ordinal);
        Assert.Contains("takes images of 1 x 28 x 28", lines.Single(line => line.StartsWith("cnn:", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Equal(19_303, models[0].GetProperty("parameters").GetInt64());
        Assert.Equal((3, 9, 7), Shape(models[0].GetProperty("input")));
        var cnn = models.Single(model => model.GetProperty("name").GetString() == "cnn");
        Assert.Contains("takes images of 1 x 28 x 28", cnn.GetProperty("problem").GetString(), StringComparison.Ordinal);

        static (int Channels, int Rows, int Columns) Shape(JsonElement input) =>
            (input.GetProperty("channels").GetInt32(), input.GetProperty("rows").GetInt32(), input.GetProperty("columns").GetInt32());
    }

    [Fact]
    public async Task A_model_is_shown_for_a_size_of_the_images()
    {
        var shown = (await _home.Mnist("models", "resnet", "--image-size", "56x14", "--json")).Succeeds().Json.Single();

        Assert.Equal((56, 14), (shown.GetProperty("input").GetProperty("rows").GetInt32(), shown.GetProperty("input").GetProperty("columns").GetInt32()));
    }

    [Theory]
    [InlineData("There is no model 'transformer': choose one of mlp, mlp-logits, cnn, mlp-module, cnn-module, resnet, inknet, boxnet, reader, or give the file that has it as --models-from.", "transformer")]
    [InlineData("The model cnn has no setting --hidden: use --dropout.", "cnn", "--hidden", "5")]
    [InlineData("--hidden must be from 1 to 16384, but is 0.", "mlp", "--hidden", "0")]
    public async Task What_cannot_be_shown_is_refused(string sentence, params string[] arguments) =>
        Assert.Contains(sentence, (await _home.Mnist(["models", .. arguments])).IsRefused(), StringComparison.Ordinal);

    public ValueTask DisposeAsync() => _home.DisposeAsync();
}
