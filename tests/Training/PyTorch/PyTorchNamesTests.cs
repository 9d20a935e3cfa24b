using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Tests.Training.Files;
using Mnist.Distributed.Training.Catalogue;
using Mnist.Distributed.Training.Vectors;
using Mnist.Distributed.Training.Weights;
using Xunit;

namespace Mnist.Distributed.Tests.Training.PyTorch;

public sealed class PyTorchNamesTests
{
    [Theory]
    [InlineData("mlp", 100)]
    [InlineData("mlp-logits", 7)]
    [InlineData("cnn", 100)]
    [InlineData("mlp-module", 100)]
    [InlineData("cnn-module", 100)]
    [InlineData("resnet", 100)]
    public async Task File_of_weights_has_the_entries_of_the_state_dict_in_its_order(string model, int hidden)
    {
        Assert.SkipWhen(!PythonWithTorch.IsHere, PythonWithTorch.WhyNot);
        using var folder = new TemporaryFolder();
        var plan = new TrainingPlan { Model = model, ModelSettings = PlanSettings.OfModel(model, hidden) };
        TrainingSetup setup = TrainingSetup.Of(plan);
        ParameterLayout layout = setup.Model.Layout;
        ModelWeights.Write(folder["model.safetensors"], setup, setup.NewState().Snapshot());

        ReferenceTensor[] expected = await Reference.DescribeAsync(plan, TestContext.Current.CancellationToken);

        IReadOnlyList<NamedTensor> written = SafetensorsFile.Read(folder["model.safetensors"]).Tensors;
        Assert.Equal(expected.Select(tensor => tensor.Name), written.Select(tensor => tensor.Name));
        Assert.Equal(expected.Select(tensor => tensor.Type), written.Select(tensor => tensor.Type.ToString()));
        Assert.Equal(expected.Select(tensor => tensor.Shape), written.Select(tensor => tensor.Shape));
    }
}
