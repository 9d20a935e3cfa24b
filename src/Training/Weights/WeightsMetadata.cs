using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Training.Data;

namespace Mnist.Distributed.Training.Weights;

/// <summary>
/// What a file of weights says of itself, for whoever uses it without this program. It is a function of the plan's names only, so that the file is the same on any cluster.
/// </summary>
internal static class WeightsMetadata
{
    private const string Writer = "writer";
    private const string WriterName = "mnist-distributed";
    private const string Model = "model";
    private const string Loss = "loss";

    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The metadata of what a plan trains; all values are strings, as the format demands.</summary>
    public static IReadOnlyDictionary<string, string> Of(TrainingPlan plan) => new Dictionary<string, string>
    {
        // Programs of the PyTorch world look for this one.
        ["format"] = "pt",
        [Writer] = WriterName,
        ["version"] = "1",
        [Model] = plan.Model,
        [Loss] = plan.Loss,
        ["data_set"] = plan.DataSet,
        ["class_names"] = ClassNames(plan.DataSet),
        ["input"] = $"float32 [N, 1, {ImageSet.Rows}, {ImageSet.Columns}]: (pixel / input_scale - input_mean) / input_std of pixels 0 (background) to 255 (ink)",
        ["input_scale"] = Number(Pixels.Scale),
        ["input_mean"] = Number(Pixels.Mean),
        ["input_std"] = Number(Pixels.Deviation),
    };

    /// <summary>Fills in the model and the loss that a file names, if this program has written it and knows the model.</summary>
    /// <returns>Null when the file does not tell.</returns>
    public static TrainingPlan? Recognise(IReadOnlyDictionary<string, string> metadata) =>
        metadata.GetValueOrDefault(Writer) == WriterName && metadata.GetValueOrDefault(Model) is { } model && Models.Model.Names.Contains(model)
            ? new TrainingPlan { Model = model, Loss = metadata.GetValueOrDefault(Loss) ?? new TrainingPlan().Loss }
            : null;

    /// <summary>The names by label as a list in JSON; an empty one for a data set that is not known here.</summary>
    private static string ClassNames(string dataSet)
    {
        DataSetCatalogue catalogue = DataSetCatalogue.Published;
        return JsonSerializer.Serialize(catalogue.Names.Contains(dataSet) ? catalogue.ClassNamesOf(dataSet) : [], Json);
    }

    private static string Number(float value) => value.ToString(CultureInfo.InvariantCulture);
}
