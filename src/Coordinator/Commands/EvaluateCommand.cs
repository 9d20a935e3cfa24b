using System.CommandLine;
using System.Globalization;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.State;
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
        Tests the weights of a run on a data set's test images, with the accuracy of each class.

        Examples:
          mnist evaluate --weights runs/first/model.safetensors
          mnist evaluate --weights model.safetensors --dataset fashion-mnist --json
        """;

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var weights = new Option<string>("--weights") { Description = "Weights that 'mnist train' has written.", Required = true, HelpName = "FILE" };
        var model = new Option<string?>("--model") { Description = "mlp, mlp-logits or cnn. Default: as the file tells.", HelpName = "NAME" };
        var dataset = new Option<string>("--dataset") { Description = "mnist, fashion-mnist or synthetic.", DefaultValueFactory = _ => "mnist", HelpName = "NAME" };
        var data = CommonOptions.Data();
        var json = CommonOptions.Json();
        var command = new Command("evaluate", Examples) { weights, model, dataset, data, json };
        command.SetAction(async (parsed, cancellation) =>
        {
            var path = parsed.GetValue(weights)!;
            var plan = ModelWeights.Recognise(path, parsed.GetValue(model));
            var net = Model.Of(plan);
            var state = ModelWeights.Read(path, net.Layout, withMomentum: false);
            var set = await UserDataSets.Loader().LoadAsync(parsed.GetValue(dataset)!, parsed.GetValue(data), cancellation: cancellation);
            Print(Evaluate(plan, net, state, set), set, parsed.GetValue(json));
            return ExitCode.Done;
        });
        return command;
    }

    private static Evaluation Evaluate(TrainingPlan plan, Model model, TrainingState state, DataSet data)
    {
        var parameters = new FlatVector(model.Layout.Length);
        state.Parameters.Span.CopyTo(parameters.Span);
        var batches = Batches(plan, model, data.Test, parameters);
        var names = DataSetCatalogue.Published.ClassNamesOf(data.Name);
        return new Evaluation(
            plan.Model,
            data.Name,
            data.Test.Count,
            batches.Average(batch => batch.Loss),
            Accuracy(batches),
            names.Select((name, label) => (Name: name, Set: data.Test.OfClass(label)))
                .Where(entry => entry.Set.Count > 0)
                .ToDictionary(entry => entry.Name, entry => Accuracy(Batches(plan, model, entry.Set, parameters))));
    }

    private static StepTotals[] Batches(TrainingPlan plan, Model model, ImageSet set, FlatVector parameters)
    {
        var chunks = new TestChunks(set.Count, plan.BatchSize);
        using var evaluator = new Evaluator(model, LossTable.Get(plan.Loss), set, chunks, parameters);
        return [.. Enumerable.Range(0, chunks.Count).SelectMany(evaluator.Evaluate)];
    }

    private static double Accuracy(StepTotals[] batches) => (double)batches.Sum(batch => batch.Correct) / batches.Sum(batch => batch.Samples);

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
