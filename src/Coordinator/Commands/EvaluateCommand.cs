using System.CommandLine;
using System.Globalization;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Coordinator.Commands.Options;
using Mnist.Distributed.Coordinator.Runs;
using Mnist.Distributed.Coordinator.Terminal;
using Mnist.Distributed.Training.Data;
using Mnist.Distributed.Training.Models;
using Mnist.Distributed.Training.Weights;

namespace Mnist.Distributed.Coordinator.Commands;

/// <summary><c>mnist evaluate</c>: tests weights on a data set's test split.</summary>
internal static class EvaluateCommand
{
    private const string Examples = """
        Tests the weights of a run on a data set's test images, with the accuracy of each class.

        Examples:
          mnist evaluate --weights runs/first/model.safetensors
          mnist evaluate --weights model.safetensors --dataset fashion-mnist --json
        """;

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var weights = OptionKind.OptionalText("--weights", "FILE", "Weights that 'mnist train' has written.");
        weights.Required = true;
        var model = OptionKind.OptionalText("--model", "NAME", "mlp, mlp-logits or cnn. Default: as the file says.");
        var dataset = OptionKind.Text("--dataset", "NAME", "mnist, fashion-mnist or synthetic.", "mnist");
        var data = SharedOptions.Data();
        var json = SharedOptions.Json();
        var command = new Command("evaluate", Examples) { weights, model, dataset, data, json };
        command.SetAction(async (parsed, cancellation) =>
        {
            var path = parsed.GetValue(weights)!;
            var plan = ModelWeights.Recognise(path, parsed.GetValue(model));
            var net = Model.Of(plan);
            var state = ModelWeights.Read(path, net.Layout, withMomentum: false);
            SlowWork.Is("evaluating");
            var set = await UserDataSets.Loader().LoadAsync(parsed.GetValue(dataset)!, parsed.GetValue(data), cancellation: cancellation);
            Print(Evaluate(plan, state, set), set, parsed.GetValue(json));
            return ExitCode.Done;
        });
        return command;
    }

    private static Evaluation Evaluate(TrainingPlan plan, TrainingState state, DataSet data)
    {
        var result = TestResult.Of(plan, state, data);
        return new Evaluation(plan.Model, data.Name, data.Test.Count, result.Loss, result.Accuracy, result.ClassAccuracy);
    }

    private static void Print(Evaluation evaluation, DataSet data, bool json)
    {
        if (json)
        {
            Json.Print(evaluation);
            return;
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{evaluation.Model} on {evaluation.Samples:N0} test images of {evaluation.Dataset} ({data.Origin}): loss {evaluation.TestLoss:F4}, accuracy {evaluation.TestAccuracy:P2}"));
        foreach (var (name, accuracy) in evaluation.ClassAccuracy)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {name,-14} {accuracy,8:P2}"));
        }
    }

    private sealed record Evaluation(
        string Model,
        string Dataset,
        int Samples,
        double TestLoss,
        double TestAccuracy,
        IReadOnlyDictionary<string, double> ClassAccuracy);
}
