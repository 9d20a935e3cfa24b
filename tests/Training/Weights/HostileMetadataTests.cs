using System.Text;
using CsCheck;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Data;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Tests.Training.Files;
using Mnist.Distributed.Training.Catalogue;
using Mnist.Distributed.Training.Weights;
using Xunit;

namespace Mnist.Distributed.Tests.Training.Weights;

/// <summary>A file of weights may say anything of itself; what cannot be is one sentence.</summary>
public sealed class HostileMetadataTests : IDisposable
{
    private static readonly TrainingPlan Plan = new()
    {
        ModelSettings = PlanSettings.Hidden(5),
        Data = new DataShape(new SampleShape(3, 9, 7), new ClassList(["fox", "frog", "whale"]), Recipe.Normalisation),
    };

    private readonly TemporaryFolder _folder = new();
    private readonly IReadOnlyList<NamedTensor> _tensors;
    private readonly IReadOnlyDictionary<string, string> _metadata;

    public HostileMetadataTests()
    {
        var setup = TrainingSetup.Of(Plan);
        ModelWeights.Write(File, setup, setup.NewState().Snapshot());
        var content = SafetensorsFile.Read(File);
        (_tensors, _metadata) = (content.Tensors, content.Metadata);
    }

    private string File => _folder["model.safetensors"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("input_shape", "[3, 9]")]
    [InlineData("input_shape", "[0, 9, 7]")]
    [InlineData("input_shape", "[-3, 9, 7]")]
    [InlineData("input_shape", "[3, 513, 7]")]
    [InlineData("input_shape", "[17, 9, 7]")]
    [InlineData("input_shape", "[2147483647, 2147483647, 2]")]
    [InlineData("input_shape", "[99999999999, 9, 7]")]
    [InlineData("input_shape", "three")]
    [InlineData("input_shape", "[\"3\", 9, 7]")]
    [InlineData("input_shape", "")]
    [InlineData("input_shape", "null")]
    [InlineData("input_shape", null)]
    [InlineData("model_settings", "{")]
    [InlineData("model_settings", "[]")]
    [InlineData("model_settings", "null")]
    [InlineData("model_settings", "{\"hidden\": 5}")]
    [InlineData("model_settings", "{\"hidden\": null}")]
    [InlineData("model_settings", "{\"hidden\": \"0\"}")]
    [InlineData("model_settings", "{\"hidden\": \"1e1\"}")]
    [InlineData("model_settings", "{\"hidden\": \"6\"}")]
    [InlineData("model_settings", "{\"hidden\": \"99999999999\"}")]
    [InlineData("model_settings", "{\"depth\": \"5\"}")]
    [InlineData("model_settings", "{\"\": \"5\"}")]
    [InlineData("model", "transformer\u001b[31m")]
    [InlineData("model", "cnn")]
    [InlineData("loss", "hinge\n")]
    [InlineData("classes", "1")]
    [InlineData("classes", "4")]
    [InlineData("classes", "65537")]
    [InlineData("classes", "99999999999")]
    [InlineData("classes", "many")]
    [InlineData("classes", null)]
    [InlineData("class_names", "[\"a\", null, \"c\"]")]
    [InlineData("class_names", "[\"a\", \"b\"]")]
    [InlineData("class_names", "{}")]
    [InlineData("class_names", "null")]
    [InlineData("input_std", "NaN")]
    [InlineData("input_mean", "half")]
    [InlineData("input_scale", "")]
    [InlineData("input_scale", null)]
    public void What_cannot_be_is_refused(string key, string? value)
    {
        Say(key, value);

        var sentence = Assert.Throws<InvalidInputException>(Load).Message;

        Assert.Matches("[.?]$", sentence);
        Assert.InRange(sentence.Length, 1, 400);
        Assert.DoesNotContain("System.", sentence, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', sentence);
    }

    [Fact]
    public void Rubbish_is_refused_or_changes_nothing_that_matters() => Gen.Select(
        Gen.OneOf<string>([.. _metadata.Keys]),
        Gen.OneOf(
            Gen.String[0, 30],
            Gen.String[Gen.OneOf<char>('[', ']', '{', '}', '"', ',', ':', '0', '9', '-', 'e', '.', ' ', 'n'), 0, 30],
            Gen.Int.Select(number => $"{number}"),
            Gen.Int[0, 600].Array[0, 4].Select(numbers => $"[{string.Join(',', numbers)}]")))
        .Sample((key, value) =>
        {
            try
            {
                Say(key, value);
                Load();
            }
            catch (InvalidInputException refusal)
            {
                Assert.InRange(refusal.Message.Length, 1, 600);
            }
            catch (Exception failure) when (failure is EncoderFallbackException)
            {
                // Half a surrogate pair is no text that a file can hold.
            }
        });

    /// <summary>
    /// Files of version 1 told only the model's name; their images were those of MNIST.
    /// </summary>
    [Fact]
    public void A_file_without_settings_and_shape_is_read_by_its_tensors()
    {
        var plan = new TrainingPlan { Model = "mlp-logits", ModelSettings = PlanSettings.Hidden(7) };
        var setup = TrainingSetup.Of(plan);
        ModelWeights.Write(File, setup, setup.NewState().Snapshot());
        SafetensorsFile.Write(File, SafetensorsFile.Read(File).Tensors, new Dictionary<string, string>
        {
            ["format"] = "pt",
            ["writer"] = "mnist-distributed",
            ["version"] = "1",
            ["model"] = "mlp-logits",
        });

        var recognised = ModelWeights.Recognise(File);

        Assert.Equal(("mlp-logits", "hidden 7", Recipe.Data), (recognised.Model, recognised.ModelSettings.ToString(), recognised.Data));
        Assert.Equal(setup.Model.Layout.Length, ModelWeights.Read(File, TrainingSetup.Of(recognised)).Parameters.Length);
    }

    private void Say(string key, string? value)
    {
        var changed = _metadata.Where(entry => entry.Key != key).ToDictionary();
        if (value is not null)
        {
            changed[key] = value;
        }

        SafetensorsFile.Write(File, _tensors, changed);
    }

    private void Load() => ModelWeights.Read(File, TrainingSetup.Of(ModelWeights.Recognise(File)));
}
