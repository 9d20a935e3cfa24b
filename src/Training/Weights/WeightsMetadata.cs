using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Data;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Training.Data;

namespace Mnist.Distributed.Training.Weights;

/// <summary>
/// The metadata of a file of weights: model, task and loss with their settings, shape of the
/// images, classes and normalisation, and the epoch if it was chosen. They depend only on the
/// plan's model, task, loss, data set and size of the images and on that epoch, so every cluster
/// writes the same file.
/// </summary>
internal static class WeightsMetadata
{
    private const string Writer = "writer";
    private const string WriterName = "mnist-distributed";
    private const string Model = "model";
    private const string ModelSettings = "model_settings";
    private const string Task = "task";
    private const string TaskSettings = "task_settings";
    private const string Loss = "loss";
    private const string LossSettings = "loss_settings";
    private const string Teacher = "teacher_sha256";
    private const string DataSet = "data_set";
    private const string Classes = "classes";
    private const string ClassNames = "class_names";
    private const string ImageSizeEntry = "image_size";
    private const string InputShape = "input_shape";
    private const string DataShapeEntry = "data_shape";
    private const string InputScale = "input_scale";
    private const string InputMean = "input_mean";
    private const string InputStd = "input_std";

    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>
    /// The metadata of the model that a plan trains. All values are strings, as the format demands.
    /// </summary>
    /// <param name="plan">The plan.</param>
    /// <param name="sample">The shape of the images that the model sees.</param>
    /// <param name="epoch">The epoch of the weights; null to leave it out.</param>
    public static IReadOnlyDictionary<string, string> Of(TrainingPlan plan, SampleShape sample, int? epoch = null)
    {
        var (data, classes, normalisation) = plan.Data;
        Dictionary<string, string> metadata = new()
        {
            // Programs of the PyTorch world look for this entry.
            ["format"] = "pt",
            [Writer] = WriterName,
            ["version"] = "2",
            [Model] = plan.Model,
            [ModelSettings] = Text(plan.ModelSettings),
            [Task] = plan.Task,
            [TaskSettings] = Text(plan.TaskSettings),
            [Loss] = plan.Loss,
            [LossSettings] = Text(plan.LossSettings),
            ["metric"] = plan.Metric.Name,
            [DataSet] = plan.DataSet,
            [Classes] = classes.Count.ToString(CultureInfo.InvariantCulture),
            ["input"] = $"float32 [N, {sample.Channels}, {sample.Rows}, {sample.Columns}]: (pixel / input_scale - input_mean) / input_std of pixels 0 (background) to 255 (ink)",
            [InputShape] = Text(sample),
            [InputScale] = Number(normalisation.Scale),
            [InputMean] = Number(normalisation.Mean),
            [InputStd] = Number(normalisation.Deviation),
        };
        if (!classes.Equals(ClassList.Numbered(classes.Count)))
        {
            metadata[ClassNames] = JsonSerializer.Serialize(classes.Names, Json);
        }

        if (data != sample)
        {
            metadata[DataShapeEntry] = Text(data);
        }

        if (plan.Ema is { } decay)
        {
            metadata["weights"] = string.Create(CultureInfo.InvariantCulture, $"exponential moving average over the steps, decay {decay}");
        }

        if (plan.TeacherSha256 is { } teacher)
        {
            metadata[Teacher] = teacher;
        }

        if (epoch is { } kept)
        {
            metadata["epoch"] = kept.ToString(CultureInfo.InvariantCulture);
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
        plan = plan with
        {
            Task = metadata.GetValueOrDefault(Task, plan.Task),
            Loss = metadata.GetValueOrDefault(Loss, plan.Loss),
            DataSet = metadata.GetValueOrDefault(DataSet, plan.DataSet),
            ImageSize = ImageSize.Parse(metadata.GetValueOrDefault(ImageSizeEntry, "")),
        };
        if (!metadata.ContainsKey(ModelSettings))
        {
            // A file of version 1 has neither settings nor shape. Its images always had the shape
            // of MNIST's.
            return new NamedModel(plan, HasSettings: false);
        }

        try
        {
            plan = plan with
            {
                ModelSettings = ReadSettings(metadata, ModelSettings),
                TaskSettings = ReadSettings(metadata, TaskSettings),
                LossSettings = ReadSettings(metadata, LossSettings),
                Data = ReadShape(metadata),
            };
            return new NamedModel(plan, HasSettings: true);
        }
        catch (Exception failure) when (failure is FormatException or OverflowException or ArgumentException)
        {
            throw new InvalidInputException($"{file} does not say correctly what it holds ({failure.Message.TrimEnd('.')}): give a file as 'mnist train' has written it.", failure);
        }
    }

    private static string Text(Settings settings) => JsonSerializer.Serialize(settings.Values.ToDictionary(), Json);

    private static string Text(SampleShape shape) => JsonSerializer.Serialize((int[])[shape.Channels, shape.Rows, shape.Columns]);

    /// <summary>Reads settings; an older file has only those of the model.</summary>
    private static Settings ReadSettings(IReadOnlyDictionary<string, string> metadata, string name) => metadata.ContainsKey(name)
        ? Read<Dictionary<string, string>>(metadata, name).Aggregate(Settings.Empty, (bag, entry) => bag.With(entry.Key, entry.Value))
        : Settings.Empty;

    private static DataShape ReadShape(IReadOnlyDictionary<string, string> metadata)
    {
        var name = metadata.ContainsKey(DataShapeEntry) ? DataShapeEntry : InputShape;
        var shape = Read<int[]>(metadata, name) is [var channels, var rows, var columns]
            && channels is >= 1 and <= IdxFile.MaximumChannels && rows is >= 1 and <= IdxFile.MaximumSide && columns is >= 1 and <= IdxFile.MaximumSide
            ? new SampleShape(channels, rows, columns)
            : throw new FormatException($"{name} is '{Printable.Of(metadata[name], 40)}'");
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
