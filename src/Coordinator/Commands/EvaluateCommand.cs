using System.CommandLine;
using System.Globalization;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Data;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Coordinator.Commands.Options;
using Mnist.Distributed.Coordinator.Runs;
using Mnist.Distributed.Coordinator.Terminal;
using Mnist.Distributed.Training.Catalogue;
using Mnist.Distributed.Training.Data;

namespace Mnist.Distributed.Coordinator.Commands;

/// <summary><c>mnist evaluate</c>: evaluates weights on the test split of a data set.</summary>
internal static class EvaluateCommand
{
    private const string Examples = """
        Tests the weights of a run on a data set's test images, with the accuracy of each class.

        Examples:
          mnist evaluate --weights runs/first/model.safetensors
          mnist evaluate --weights model.safetensors --dataset fashion-mnist --json
        """;

    /// <summary>The command.</summary>
    public static Command Create(TrainingCatalogue catalogue)
    {
        var weights = OptionKind.OptionalText("--weights", "FILE", "Weights that 'mnist train' has written.");
        weights.Required = true;
        var model = OptionKind.OptionalText("--model", "NAME", $"{string.Join(", ", catalogue.Models.Select(known => known.Name))}. Default: as the file says.");
        var models = ModelsFrom.Option();
        var dataset = OptionKind.OptionalText("--dataset", "NAME", $"{SharedOptions.DataSets}. Default: as the file says.");
        var data = SharedOptions.Data();
        var size = SharedOptions.ImageSize();
        var json = SharedOptions.Json();
        var command = new Command("evaluate", Examples) { weights, model, models, dataset, data, size, json };
        command.SetAction(async (parsed, cancellation) =>
        {
            var path = parsed.GetValue(weights)!;
            var setup = TrainingSetup.Of(ModelWeights.Recognise(path, parsed.GetValue(model), catalogue), catalogue);
            var state = ModelWeights.Read(path, setup);
            if (ModelsFrom.Remark(parsed.GetValue(models), setup.Plan) is { } remark)
            {
                Console.Error.WriteLine($"mnist: {remark}");
            }

            SlowWork.Is("evaluating");
            var set = await UserDataSets.Loader().LoadAsync(parsed.GetValue(dataset) ?? setup.Plan.DataSet, parsed.GetValue(data), parsed.GetValue(size) ?? setup.Plan.ImageSize, cancellation: cancellation);
            CheckShape(setup.Plan.Data, set, Printable.Of(path));
            Print(setup.Plan, TestResult.Of(setup, state, set), set, parsed.GetValue(json));
            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>
    /// Checks that a data set has the shape that the weights were trained for. The names of the
    /// classes may differ: those of the data set are used.
    /// </summary>
    private static void CheckShape(DataShape wanted, DataSet data, string path) => InvalidInputException.Require(
        wanted.Sample == data.Shape.Sample && wanted.Classes.Count == data.Shape.Classes.Count && wanted.Normalisation == data.Shape.Normalisation,
        $"{path} was trained for images of {wanted.Sample} in {wanted.Classes.Count} classes, and {data.Name} ({data.Origin}) has images of {data.Shape.Sample} in {data.Shape.Classes.Count}: "
        + "give data of that shape with --dataset or --data, or resize them with --image-size.");

    private static void Print(TrainingPlan plan, TestResult result, DataSet data, bool json)
    {
        var metric = plan.Metric;
        if (json)
        {
            Json.Print(new Dictionary<string, object?>
            {
                ["model"] = plan.Model,
                ["dataset"] = data.Name,
                ["samples"] = data.Test.Count,
                ["test_loss"] = result.Loss,
                [MetricText.Key("test", metric)] = result.Metric,
                [MetricText.Key("class", metric)] = result.ByClass,
            });
            return;
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{plan.Model} on {data.Test.Count:N0} test images of {data.Name} ({data.Origin}): loss {result.Loss:F4}, {metric.Name} {MetricText.Of(metric, result.Metric)}"));
        foreach (var (name, value) in result.ByClass)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {name,-14} {MetricText.Of(metric, value),8}"));
        }
    }
}
