using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Data;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Training.Data;

namespace Mnist.Distributed.Training.Weights;

/// <summary>
/// The metadata of a file of weights: model, settings, loss, shape of the images, classes and
/// normalisation. They depend only on the plan's model, loss, data set and size of the images, so
/// every cluster writes the same file.
/// </summary>
internal static class WeightsMetadata
{
    private const string Writer = "writer";
    private const string WriterName = "mnist-distributed";
    private const string Model = "model";
    private const string ModelSettings = "model_settings";
    private const string Loss = "loss";
    private const string DataSet = "data_set";
    private const string Classes = "classes";
    private const string ClassNames = "class_names";
    private const string ImageSizeEntry = "image_size";
    private const string InputShape = "input_shape";
    private const string InputScale = "input_scale";
    private const string InputMean = "input_mean";
    private const string InputStd = "input_std";

    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>
    /// The metadata of the model that a plan trains. All values are strings, as the format demands.
    /// </summary>
    public static IReadOnlyDictionary<string, string> Of(TrainingPlan plan)
    {
        var (sample, classes, normalisation) = plan.Data;
        Dictionary<string, string> metadata = new()
        {
            // Programs of the PyTorch world look for this entry.
            ["format"] = "pt",
            [Writer] = WriterName,
            ["version"] = "2",
            [Model] = plan.Model,
            [ModelSettings] = JsonSerializer.Serialize(plan.ModelSettings.Values.ToDictionary(), Json),
            [Loss] = plan.Loss,
            ["metric"] = plan.Metric.Name,
            [DataSet] = plan.DataSet,
            [Classes] = classes.Count.ToString(CultureInfo.InvariantCulture),
            ["input"] = $"float32 [N, {sample.Channels}, {sample.Rows}, {sample.Columns}]: (pixel / input_scale - input_mean) / input_std of pixels 0 (background) to 255 (ink)",
            [InputShape] = JsonSerializer.Serialize((int[])[sample.Channels, sample.Rows, sample.Columns]),
            [InputScale] = Number(normalisation.Scale),
            [InputMean] = Number(normalisation.Mean),
            [InputStd] = Number(normalisation.Deviation),
        };
        if (!classes.Equals(ClassList.Numbered(classes.Count)))
        {
            metadata[ClassNames] = JsonSerializer.Serialize(classes.Names, Json);
        }

        if (plan.ImageSize is { } size)
        {
            metadata[ImageSizeEntry] = size.ToString();
        }

        return metadata;
    }

    /// <summary>Reads the metadata of a file that this program has written.</summary>
    /// <param name="metadata">The file's metadata.</param>
    /// <param name="file">The name of the file in messages.</param>
    /// <returns>The model, or null if another program has written the file.</returns>
    /// <exception cref="InvalidInputException">The metadata are damaged.</exception>
    public static NamedModel? Recognise(IReadOnlyDictionary<string, string> metadata, string file)
    {
        if (metadata.GetValueOrDefault(Writer) != WriterName || metadata.GetValueOrDefault(Model) is not { } model)
        {
            return null;
        }

        var plan = new TrainingPlan { Model = model };
        plan = plan with { Loss = metadata.GetValueOrDefault(Loss, plan.Loss), DataSet = metadata.GetValueOrDefault(DataSet, plan.DataSet), ImageSize = ImageSize.Parse(metadata.GetValueOrDefault(ImageSizeEntry, "")) };
        if (!metadata.ContainsKey(ModelSettings))
        {
            // A file of version 1 has neither settings nor shape. Its images always had the shape
            // of MNIST's.
            return new NamedModel(plan, HasSettings: false);
        }

        try
        {
            var settings = Read<Dictionary<string, string>>(metadata, ModelSettings)
                .Aggregate(Settings.Empty, (bag, entry) => bag.With(entry.Key, entry.Value));
            return new NamedModel(plan with { ModelSettings = settings, Data = ReadShape(metadata) }, HasSettings: true);
        }
        catch (Exception failure) when (failure is FormatException or OverflowException or ArgumentException)
        {
            throw new InvalidInputException($"{file} does not say correctly what it holds ({failure.Message.TrimEnd('.')}): give a file as 'mnist train' has written it.", failure);
        }
    }

    private static DataShape ReadShape(IReadOnlyDictionary<string, string> metadata)
    {
        var shape = Read<int[]>(metadata, InputShape) is [var channels, var rows, var columns]
            && channels is >= 1 and <= IdxFile.MaximumChannels && rows is >= 1 and <= IdxFile.MaximumSide && columns is >= 1 and <= IdxFile.MaximumSide
            ? new SampleShape(channels, rows, columns)
            : throw new FormatException($"{InputShape} is '{Printable.Of(metadata[InputShape], 40)}'");
        var count = int.Parse(Find(metadata, Classes), CultureInfo.InvariantCulture);
        var names = metadata.ContainsKey(ClassNames) ? Read<string[]>(metadata, ClassNames) : null;
        if (count is < 2 or > ClassList.Most || (names is not null && (names.Length != count || !Array.TrueForAll(names, name => name is not null))))
        {
            throw new FormatException($"{Classes} is {count}");
        }

        return new DataShape(
            shape,
            names is null ? ClassList.Numbered(count) : new ClassList(names),
            new Normalisation(Parse(Find(metadata, InputScale)), Parse(Find(metadata, InputMean)), Parse(Find(metadata, InputStd))));
    }

    private static string Find(IReadOnlyDictionary<string, string> metadata, string name) =>
        metadata.GetValueOrDefault(name) ?? throw new FormatException($"{name} is missing");

    /// <summary>
    /// Reads a value that is JSON. The library's own message would name types of .NET.
    /// </summary>
    private static T Read<T>(IReadOnlyDictionary<string, string> metadata, string name)
        where T : class
    {
        var json = Find(metadata, name);
        try
        {
            return JsonSerializer.Deserialize<T>(json) ?? throw new FormatException($"{name} is null");
        }
        catch (JsonException failure)
        {
            throw new FormatException($"{name} is '{Printable.Of(json, 40)}'", failure);
        }
    }

    private static float Parse(string text) =>
        float.Parse(text, CultureInfo.InvariantCulture) is var value && float.IsFinite(value) ? value : throw new FormatException($"'{text}' is not finite");

    private static string Number(float value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>The model that a file names.</summary>
    /// <param name="Plan">A plan with model, loss and data set, as far as the file tells
    /// them.</param>
    /// <param name="HasSettings">Whether the file has the model's settings and the shape of the
    /// data.</param>
    public sealed record NamedModel(TrainingPlan Plan, bool HasSettings);
}
