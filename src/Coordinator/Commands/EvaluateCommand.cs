using System.CommandLine;
using System.Globalization;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Coordinator.Output;
using Mnist.Distributed.Training.Data;
using Mnist.Distributed.Training.Evaluation;
using Mnist.Distributed.Training.Losses;
using Mnist.Distributed.Training.Models;
using Mnist.Distributed.Training.State;
using Mnist.Distributed.Training.Weights;

namespace Mnist.Distributed.Coordinator.Commands;

/// <summary><c>mnist evaluate</c>: tests weights on a data set's test split.</summary>
internal static class EvaluateCommand
{
    private const string Examples = """
        Tests the weights of a run on a data set's test images.

        Examples:
          mnist evaluate --weights runs/first/model.safetensors
          mnist evaluate --weights model.safetensors --dataset fashion-mnist --json
        """;

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var weights = new Option<string>("--weights") { Description = "Weights that 'mnist train' has written.", Required = true, HelpName = "FILE" };
        var model = new Option<string?>("--model") { Description = "mlp, mlp-logits or cnn. Default: as the weights' names tell.", HelpName = "NAME" };
        var dataset = new Option<string>("--dataset") { Description = "mnist, fashion-mnist or synthetic.", DefaultValueFactory = _ => "mnist", HelpName = "NAME" };
        var data = CommonOptions.Data();
        var json = CommonOptions.Json();
        var command = new Command("evaluate", Examples) { weights, model, dataset, data, json };
        command.SetAction(async (parsed, cancellation) =>
        {
            var path = parsed.GetValue(weights)!;
            var recognised = ModelWeights.Recognise(path);
            var plan = parsed.GetValue(model) is { } name ? recognised with { Model = name } : recognised;
            var net = Model.Of(plan);
            var state = ModelWeights.Read(path, net.Layout, withMomentum: false);
            var set = await UserDataSets.Loader().LoadAsync(parsed.GetValue(dataset)!, parsed.GetValue(data), cancellation: cancellation);
            Print(Evaluate(plan, net, state.Parameters.Span, set), set, parsed.GetValue(json));
            return ExitCode.Done;
        });
        return command;
    }

    private static Evaluation Evaluate(TrainingPlan plan, Model model, ReadOnlySpan<float> values, DataSet data)
    {
        var parameters = new FlatVector(model.Layout.Length);
        values.CopyTo(parameters.Span);
        var chunks = new TestChunks(data.Test.Count, plan.BatchSize);
        using var evaluator = new Evaluator(model, LossTable.Get(plan.Loss), data.Test, chunks, parameters);
        var batches = Enumerable.Range(0, chunks.Count).SelectMany(evaluator.Evaluate).ToArray();
        return new Evaluation(
            plan.Model,
            data.Name,
            batches.Sum(batch => batch.Samples),
            batches.Average(batch => batch.Loss),
            (double)batches.Sum(batch => batch.Correct) / batches.Sum(batch => batch.Samples));
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
    }

    private sealed record Evaluation(string Model, string Dataset, int Samples, double TestLoss, double TestAccuracy);
}
