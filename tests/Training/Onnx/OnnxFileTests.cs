using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Data;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Tests.Training.Data;
using Mnist.Distributed.Tests.Training.Files;
using Mnist.Distributed.Training;
using Mnist.Distributed.Training.Catalogue;
using Mnist.Distributed.Training.Data;
using Mnist.Distributed.Training.Models;
using Mnist.Distributed.Training.Onnx;
using Mnist.Distributed.Training.Views;
using Xunit;

namespace Mnist.Distributed.Tests.Training.Onnx;

/// <summary>ONNX Runtime computes the outputs that the models compute.</summary>
public sealed class OnnxFileTests : IDisposable
{
    private const int Samples = 5;
    private const double Tolerance = 1e-5;

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Models => [.. TrainingCatalogue.Standard.Models.Select(model => model.Name)];

    /// <summary>Some steps of training give the running statistics values of their own.</summary>
    [Theory]
    [MemberData(nameof(Models))]
    public void Outputs_are_those_of_the_model(string model)
    {
        var definition = TrainingCatalogue.Standard.Model(model);
        var plan = new TrainingPlan { Model = model, Task = definition.Task, Loss = TrainingCatalogue.Standard.Task(definition.Task).Loss, Workers = 1, Samples = 90, Seed = 2 };
        using var trainer = new PlainTrainer(plan, Digits.Synthetic);
        for (var step = 0; step < 3; step++)
        {
            trainer.TrainStep();
        }

        var setup = TrainingSetup.Of(plan);
        OnnxFile.Write(_folder["model.onnx"], setup, definition, trainer.State.Snapshot());
        var batch = setup.Objective.View(Digits.Synthetic.Test, SceneKey.Testing).Gather([.. Enumerable.Range(0, Samples)], 0);
        using var network = setup.Model.Bind(new NetworkBinding(setup.Model.Layout, trainer.State.Parameters, null, Samples));
        var expected = network.Evaluate(batch).ToArray();

        var actual = Run(_folder["model.onnx"], setup.Input, batch, setup.Plan.Data.Normalisation);

        Assert.Equal(expected.Length, actual.Length);
        var largest = Math.Max(1, expected.Max(Math.Abs));
        Assert.All(expected.Zip(actual), pair => Assert.InRange(Math.Abs(pair.First - pair.Second) / largest, 0, Tolerance));
    }

    [Fact]
    public void The_file_says_what_it_is()
    {
        var plan = new TrainingPlan { Model = "mlp" };
        var setup = TrainingSetup.Of(plan);
        OnnxFile.Write(_folder["model.onnx"], setup, TrainingCatalogue.Standard.Model("mlp"), setup.NewState().Snapshot());

        using var session = new InferenceSession(_folder["model.onnx"]);

        Assert.Equal([-1, 1, 28, 28], session.InputMetadata["input"].Dimensions);
        Assert.Equal([-1, 10], session.OutputMetadata["output"].Dimensions);
        Assert.Equal(("mlp", "digits"), (session.ModelMetadata.CustomMetadataMap["model"], session.ModelMetadata.CustomMetadataMap["task"]));
    }

    [Fact]
    public void A_model_without_a_graph_is_refused()
    {
        var setup = TrainingSetup.Of(new TrainingPlan());
        var definition = TrainingCatalogue.Standard.Model("mlp") with { Graph = null };

        Assert.Contains("has no Graph", Assert.Throws<InvalidInputException>(() => OnnxFile.Write(_folder["none.onnx"], setup, definition, setup.NewState().Snapshot())).Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder["none.onnx"]));
    }

    public void Dispose() => _folder.Dispose();

    private static float[] Run(string path, SampleShape shape, Batch batch, Normalisation normalisation)
    {
        var inputs = new float[batch.Count * shape.Pixels];
        for (var image = 0; image < batch.Count; image++)
        {
            for (var pixel = 0; pixel < shape.Pixels; pixel++)
            {
                inputs[(image * shape.Pixels) + pixel] = normalisation.Input(batch.Image(image)[pixel]);
            }
        }

        using var session = new InferenceSession(path);
        using var results = session.Run([NamedOnnxValue.CreateFromTensor("input", new DenseTensor<float>(inputs, [batch.Count, shape.Channels, shape.Rows, shape.Columns]))]);
        return [.. results.Single().AsEnumerable<float>()];
    }
}
