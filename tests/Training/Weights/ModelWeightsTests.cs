using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Tests.Training.Files;
using Mnist.Distributed.Training.Catalogue;
using Mnist.Distributed.Training.Data;
using Mnist.Distributed.Training.Models.Fast;
using Mnist.Distributed.Training.Vectors;
using Mnist.Distributed.Training.Weights;
using Xunit;

namespace Mnist.Distributed.Tests.Training.Weights;

public sealed class ModelWeightsTests : IDisposable
{
    private static readonly TrainingPlan Cnn = new() { Model = "cnn", Seed = 7 };

    private readonly TemporaryFolder _folder = new();

    private string File => _folder["model.safetensors"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("mlp", 1)]
    [InlineData("mlp-logits", 100)]
    [InlineData("cnn", 100)]
    public void State_survives_writing_and_reading(string model, int hidden)
    {
        var plan = new TrainingPlan { Model = model, ModelSettings = PlanSettings.OfModel(model, hidden) };
        TrainingState state = State(plan) with { Step = 9, BatchesTracked = 12_345_678_901 };

        ModelWeights.Write(File, TrainingSetup.Of(plan), state);
        TrainingState read = ModelWeights.Read(File, TrainingSetup.Of(plan));

        Assert.Equal(Bytes(state.Parameters), Bytes(read.Parameters));
        Assert.Equal(model == "cnn" ? state.BatchesTracked : 0, read.BatchesTracked);
        Assert.Equal((0L, 0, default(EpochTotals)), (read.Step, read.Slots.Length, read.Totals));
    }

    [Fact]
    public void A_state_that_another_build_has_laid_out_otherwise_is_refused()
    {
        TrainingState other = State(Cnn) with { Layout = new ParameterLayout.Builder().Parameter("conv2.weight", [64, 32, 3, 3], default).Build().Digest };

        Assert.Throws<InvalidInputException>(() => ModelWeights.Write(File, TrainingSetup.Of(Cnn), other));
        Assert.False(System.IO.File.Exists(File));
        Assert.Throws<InvalidInputException>(() => TrainingSetup.Of(Cnn).NewState().Restore(other));
    }

    [Fact]
    public void Layouts_with_the_elements_of_a_tensor_in_another_order_differ()
    {
        ParameterLayout Layout(StorageOrder? order) => new ParameterLayout.Builder().Parameter("weight", [2, 3], default, order).Build();

        Assert.Equal(Layout(null).Digest, Layout(StorageOrder.RowMajor).Digest);
        Assert.NotEqual(Layout(null).Digest, Layout(new StorageOrder(2, 3)).Digest);
    }

    [Fact]
    public void Optimizer_slots_begin_at_zero()
    {
        TrainingSetup setup = TrainingSetup.Of(Cnn with { OptimizerSettings = PlanSettings.Sgd(0.9f) });
        ModelWeights.Write(File, setup, State(Cnn));

        ParameterVector momentum = ModelWeights.Read(File, setup).Slots;

        Assert.Equal(setup.Model.Layout.ParameterLength, momentum.Length);
        Assert.False(momentum.Span.ContainsAnyExcept(0f));
    }

    [Fact]
    public void Equal_states_give_equal_files()
    {
        ModelWeights.Write(File, TrainingSetup.Of(Cnn), State(Cnn));
        ModelWeights.Write(_folder["again"], TrainingSetup.Of(Cnn), State(Cnn));
        ModelWeights.Write(_folder["other"], TrainingSetup.Of(Cnn), State(Cnn) with { BatchesTracked = 1 });

        Assert.Equal(System.IO.File.ReadAllBytes(File), System.IO.File.ReadAllBytes(_folder["again"]));
        Assert.NotEqual(System.IO.File.ReadAllBytes(File), System.IO.File.ReadAllBytes(_folder["other"]));
    }

    [Fact]
    public void Order_of_the_tensors_in_a_file_does_not_matter()
    {
        TrainingState state = State(Cnn);
        Rewrite(tensors => [.. tensors.Reverse()]);

        Assert.Equal(Bytes(state.Parameters), Bytes(ModelWeights.Read(File, TrainingSetup.Of(Cnn)).Parameters));
    }

    [Fact]
    public void Missing_tensor_is_named() =>
        Assert.Contains("missing: fc2.bias", Error(tensors => [.. tensors.Where(tensor => tensor.Name != "fc2.bias")]));

    [Fact]
    public void Unknown_tensor_is_named() =>
        Assert.Contains("unknown: fc3.bias", Error(tensors => [.. tensors, new NamedTensor("fc3.bias", DType.F32, [1], new byte[4])]));

    [Theory]
    [InlineData("fc2.weight", new long[] { 128, 10 })]
    [InlineData("fc2.weight", new long[] { 1280 })]
    [InlineData("conv1.weight", new long[] { 32, 3, 3 })]
    [InlineData("batch_norm1.num_batches_tracked", new long[] { 1 })]
    public void Tensor_of_another_shape_is_named(string name, long[] shape)
    {
        string message = Error(tensors => Replace(tensors, name, tensor => tensor with { Shape = shape }));

        Assert.Contains(name, message);
        Assert.Contains($"[{string.Join(", ", shape)}]", message);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(-1)]
    public void Batch_counts_that_cannot_be_are_named(long count)
    {
        string message = Error(tensors => Replace(tensors, "batch_norm2.num_batches_tracked", tensor => tensor with { Data = BitConverter.GetBytes(count) }));

        Assert.Contains("num_batches_tracked", message);
        Assert.Contains($"{count}", message);
    }

    [Theory]
    [InlineData("batch_norm1.running_mean")]
    [InlineData("batch_norm2.num_batches_tracked")]
    public void Tensor_of_another_type_is_named(string name)
    {
        string message = Error(tensors => Replace(tensors, name, tensor =>
        {
            DType other = tensor.Type == DType.F32 ? DType.I64 : DType.F32;
            return new NamedTensor(name, other, tensor.Shape, new byte[other.ByteLength(tensor.Shape)!.Value]);
        }));

        Assert.Contains(name, message);
        Assert.Contains("F32", message);
        Assert.Contains("I64", message);
    }

    [Theory]
    [InlineData("conv2.weight", float.NaN)]
    [InlineData("fc1.bias", float.PositiveInfinity)]
    [InlineData("batch_norm2.running_var", float.NegativeInfinity)]
    public void Tensor_with_a_value_that_is_no_number_is_named(string name, float value)
    {
        string message = Error(tensors => Replace(tensors, name, tensor =>
        {
            byte[] data = tensor.Data.ToArray();
            BitConverter.TryWriteBytes(data.AsSpan(data.Length - sizeof(float)), value);
            return tensor with { Data = data };
        }));

        Assert.Contains(name, message);
    }

    [Fact]
    public void Weights_of_another_model_or_width_are_refused()
    {
        ModelWeights.Write(File, TrainingSetup.Of(new TrainingPlan()), State(new TrainingPlan()));

        Assert.Contains("choose the Model", Refusal(Cnn));
        Assert.Contains("layer_stack.1.weight is F32 [100, 784], but the model needs F32 [99, 784]", Refusal(new TrainingPlan { ModelSettings = PlanSettings.Hidden(99) }));
    }

    [Theory]
    [InlineData("mlp", 1)]
    [InlineData("mlp", 321)]
    [InlineData("mlp-logits", 100)]
    [InlineData("cnn", 100)]
    public void Model_of_a_file_is_recognised(string model, int hidden)
    {
        var plan = new TrainingPlan { Model = model, ModelSettings = PlanSettings.OfModel(model, hidden) };
        ModelWeights.Write(File, TrainingSetup.Of(plan), State(plan));

        TrainingPlan recognised = ModelWeights.Recognise(File);

        Assert.Equal(TrainingCatalogue.Standard.Complete(plan), TrainingCatalogue.Standard.Complete(recognised));
        Assert.Equal(TrainingSetup.Of(plan).Model.Layout.Length, ModelWeights.Read(File, TrainingSetup.Of(recognised)).Parameters.Length);
    }

    [Theory]
    [InlineData("mlp")]
    [InlineData("mlp-logits")]
    public void A_file_of_PyTorch_does_not_tell_mlp_from_mlp_logits_so_the_user_must(string model)
    {
        WriteAsPyTorch(new TrainingPlan { ModelSettings = PlanSettings.Hidden(7) }, new() { ["format"] = "pt", ["model"] = "mlp" });

        string message = Assert.Throws<InvalidInputException>(() => ModelWeights.Recognise(File)).Message;
        TrainingPlan given = ModelWeights.Recognise(File, model);

        Assert.Contains("give Model mlp or Model mlp-logits", message);
        Assert.Equal((model, 7), (given.Model, MlpNetwork.Hidden.Of(given.ModelSettings)));
    }

    [Fact]
    public void A_file_of_PyTorch_tells_the_cnn()
    {
        WriteAsPyTorch(Cnn, []);

        Assert.Equal("cnn", ModelWeights.Recognise(File).Model);
    }

    [Fact]
    public void The_model_that_the_user_gives_counts_more_than_that_of_the_file()
    {
        var plan = new TrainingPlan { Model = "mlp-logits" };
        ModelWeights.Write(File, TrainingSetup.Of(plan), State(plan));

        Assert.Equal("mlp", ModelWeights.Recognise(File, "mlp").Model);
        Assert.Equal(Bytes(State(plan).Parameters), Bytes(ModelWeights.Read(File, TrainingSetup.Of(new TrainingPlan())).Parameters));
    }

    [Fact]
    public void A_file_says_what_it_is_and_what_its_inputs_are()
    {
        var plan = new TrainingPlan { Model = "mlp-logits", DataSet = "fashion-mnist", Data = DataSetCatalogue.Published.Find("fashion-mnist").Shape };
        ModelWeights.Write(File, TrainingSetup.Of(plan), State(plan));

        IReadOnlyDictionary<string, string> metadata = SafetensorsFile.Read(File).Metadata;

        Assert.Equal(("pt", "2"), (metadata["format"], metadata["version"]));
        Assert.Equal(("mlp-logits", "cross-entropy", "fashion-mnist"), (metadata["model"], metadata["loss"], metadata["data_set"]));
        Assert.Equal(DataSetCatalogue.Published.Find("fashion-mnist").Shape.Classes.Names, JsonSerializer.Deserialize<string[]>(metadata["class_names"]));
        float Value(string name) => float.Parse(metadata[name], CultureInfo.InvariantCulture);
        Assert.All(
            Enumerable.Range(0, 256),
            pixel => Assert.Equal(Recipe.Normalisation.Input((byte)pixel), ((pixel / Value("input_scale")) - Value("input_mean")) / Value("input_std")));
    }

    [Fact]
    public void What_a_file_says_depends_on_nothing_but_model_loss_and_data_set()
    {
        var plan = new TrainingPlan { Seed = 3 };
        TrainingState state = State(plan);
        ModelWeights.Write(File, TrainingSetup.Of(plan), state);
        ModelWeights.Write(
            _folder["again"], TrainingSetup.Of(plan with { Workers = 9, DataFolder = "/elsewhere", DataDigest = "ab", Epochs = 2, InitialWeights = "cd", Samples = 5 }), state);
        ModelWeights.Write(_folder["other"], TrainingSetup.Of(plan with { DataSet = "synthetic" }), state);

        Assert.Equal(System.IO.File.ReadAllBytes(File), System.IO.File.ReadAllBytes(_folder["again"]));
        Assert.NotEqual(System.IO.File.ReadAllBytes(File), System.IO.File.ReadAllBytes(_folder["other"]));
    }

    [Fact]
    public void File_without_a_known_model_is_refused_by_its_name()
    {
        SafetensorsFile.Write(File, [new NamedTensor("layer_stack.1.weight", DType.F32, [0, 784], Array.Empty<byte>())]);

        Assert.Contains(File, Assert.Throws<InvalidInputException>(() => ModelWeights.Recognise(File)).Message);
    }

    /// <summary>The tensors of a plan with metadata that this program has not written.</summary>
    private void WriteAsPyTorch(TrainingPlan plan, Dictionary<string, string> metadata)
    {
        ModelWeights.Write(File, TrainingSetup.Of(plan), State(plan));
        SafetensorsFile.Write(File, SafetensorsFile.Read(File).Tensors, metadata);
    }

    private static TrainingState State(TrainingPlan plan) => TrainingSetup.Of(plan).NewState().Snapshot();

    private static byte[] Bytes(ParameterVector vector) => MemoryMarshal.AsBytes(vector.Span).ToArray();

    private static NamedTensor[] Replace(IReadOnlyList<NamedTensor> tensors, string name, Func<NamedTensor, NamedTensor> other) =>
        [.. tensors.Select(tensor => tensor.Name == name ? other(tensor) : tensor)];

    private void Rewrite(Func<IReadOnlyList<NamedTensor>, NamedTensor[]> change)
    {
        ModelWeights.Write(File, TrainingSetup.Of(Cnn), State(Cnn));
        SafetensorsFile.Write(File, change(SafetensorsFile.Read(File).Tensors));
    }

    /// <summary>The sentence with which a changed file is refused.</summary>
    private string Error(Func<IReadOnlyList<NamedTensor>, NamedTensor[]> change)
    {
        Rewrite(change);
        return Refusal(Cnn);
    }

    private string Refusal(TrainingPlan plan)
    {
        string message = Assert.Throws<InvalidInputException>(() => ModelWeights.Read(File, TrainingSetup.Of(plan))).Message;
        Assert.StartsWith(File, message);
        Assert.EndsWith(".", message);
        return message;
    }
}
