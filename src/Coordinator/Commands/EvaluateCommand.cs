using System.CommandLine;
using System.Globalization;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Data;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Coordinator.Commands.Options;
using Mnist.Distributed.Coordinator.Runs;
using Mnist.Distributed.Coordinator.Terminal;
using Mnist.Distributed.Reports;
using Mnist.Distributed.Training.Catalogue;
using Mnist.Distributed.Training.Data;
using Mnist.Distributed.Training.Reports;

namespace Mnist.Distributed.Coordinator.Commands;

/// <summary><c>mnist evaluate</c>: evaluates weights on the test split of a data set.</summary>
internal static class EvaluateCommand
{
    private const string Examples = """
        Tests the weights of a run on a data set's test images, with the metric of each class; for classifiers also with precision, recall and F1 of each
        class, and with the expected calibration error if the loss makes outputs probabilities.

        Examples:
          mnist evaluate --weights latest
          mnist evaluate --weights model.safetensors --out report    report.json, and pictures as PNG and SVG
          mnist evaluate --weights model.safetensors --dataset fashion-mnist --json
        """;

    /// <summary>The command.</summary>
    public static Command Create(TrainingCatalogue catalogue)
    {
        var weights = SharedOptions.Weights();
        var model = OptionKind.OptionalText("--model", "NAME", $"{string.Join(", ", catalogue.Models.Select(known => known.Name))}. Default: as the file says.").Takes(ValueKind.Model(catalogue));
        var models = ModelsFrom.Option();
        var dataset = OptionKind.OptionalText("--dataset", "NAME", $"{SharedOptions.DataSets}. Default: as the file says.").Takes(ValueKind.DataSet);
        var data = SharedOptions.Data();
        var size = SharedOptions.ImageSize();
        var output = SharedOptions.Output("Folder for a report: report.json, and pictures as PNG and SVG. Default: none.");
        var json = SharedOptions.Json();
        OptionGroup.Model.Holds(weights, model);
        OptionGroup.Data.Holds(dataset);
        var command = new Command("evaluate", Examples) { weights, model, models, dataset, data, size, output, json };
        command.SetAction(async (parsed, cancellation) =>
        {
            SlowWork.Is("reading the weights");
            var path = WeightsFile.Find(parsed.GetValue(weights)!);
            var setup = TrainingSetup.Of(ModelWeights.Recognise(path, parsed.GetValue(model), catalogue), catalogue);
            var state = ModelWeights.Read(path, setup);
            if (ModelsFrom.Remark(parsed.TypedValue(models), setup.Plan) is { } remark)
            {
                Remarks.Say(remark);
            }

            SlowWork.Is("reading the data set");
            var set = await UserDataSets.Loader().LoadAsync(parsed.GetValue(dataset) ?? setup.Plan.DataSet, parsed.GetValue(data), parsed.GetValue(size) ?? setup.Plan.ImageSize, cancellation: cancellation);
            DataSource.Tell(set);
            CheckShape(setup.Plan.Data, set, Printable.Of(path));
            SlowWork.Is(string.Create(CultureInfo.InvariantCulture, $"evaluating {setup.Plan.Model} on {set.Test.Count:N0} images"));
            var report = TestReport.Of(setup, state, set);
            if (parsed.GetValue(output) is { } folder)
            {
                SlowWork.Is("writing the report");
                ReportFolder.Write(folder, report, set.Shape, epochs: []);
            }

            Print(setup.Plan, report, set, parsed.GetValue(json));
            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>
    /// Checks that a data set has the shape that the weights were trained for. The names of the
    /// classes may differ: those of the data set are used.
    /// </summary>
    private static void CheckShape(DataShape wanted, DataSet data, string path) => InvalidInputException.Require(
        wanted.Fits(data.Shape),
        $"{path} was trained for images of {wanted.Sample} in {wanted.Classes.Count} classes, and {data.Name} ({data.Origin}) has images of {data.Shape.Sample} in {data.Shape.Classes.Count}: "
        + "give data of that shape with --dataset or --data, or resize them with --image-size.");

    private static void Print(TrainingPlan plan, TestReport report, DataSet data, bool json)
    {
        if (json)
        {
            PrintJson(plan, report, data);
            return;
        }

        var metrics = string.Join(", ", report.Metrics.Select(entry => $"{entry.Metric.Name} {MetricText.Of(entry.Metric, entry.Value)}"));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{plan.Model} on {data.Test.Count:N0} test images of {data.Name} ({data.Origin}): loss {report.Loss:F4}, {metrics}"));
        if (report.Classification is { } classes)
        {
            if (classes.Calibration is { } calibration)
            {
                Console.WriteLine($"expected calibration error {Metric.Accuracy.Format(calibration.ExpectedError)}");
            }

            TextTable.Print(
                ["class", "images", "precision", "recall", "F1"],
                classes.Classes.Select(one => (string[])[one.Name, one.Images.ToString("N0", CultureInfo.InvariantCulture), Share(one.Precision), Share(one.Recall), Share(one.F1)]));
            return;
        }

        foreach (var (name, value) in report.ByClass)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {name,-14} {MetricText.Of(plan.Metric, value),8}"));
        }
    }

    private static string Share(double value) => Metric.Accuracy.Format(value);

    private static void PrintJson(TrainingPlan plan, TestReport report, DataSet data)
    {
        var values = new Dictionary<string, object?>
        {
            ["model"] = plan.Model,
            ["dataset"] = data.Name,
            ["samples"] = data.Test.Count,
            ["test_loss"] = report.Loss,
        };
        foreach (var (metric, value) in report.Metrics)
        {
            values[metric.Field("test")] = value;
        }

        values[plan.Metric.Field("class")] = report.ByClass;
        if (report.Classification is { } classes)
        {
            values["classes"] = classes.Classes.Select(one => new { Class = one.Name, Precision = Finite(one.Precision), Recall = Finite(one.Recall), one.F1, one.Images });
            values["expected_calibration_error"] = classes.Calibration?.ExpectedError;
        }

        Json.Print(values);
    }

    private static double? Finite(double value) => double.IsFinite(value) ? value : null;
}
