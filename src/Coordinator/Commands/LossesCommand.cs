using System.CommandLine;
using System.Globalization;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Coordinator.Commands.Options;
using Mnist.Distributed.Coordinator.Terminal;
using Mnist.Distributed.Training.Catalogue;
using Mnist.Distributed.Training.Losses;

namespace Mnist.Distributed.Coordinator.Commands;

/// <summary>
/// <c>mnist losses</c>: shows the losses and the tasks that a plan may name, and which loss trains
/// which task.
/// </summary>
internal static class LossesCommand
{
    private const string Examples = """
        Shows the losses that --loss knows: the formula, what each is good for, the tasks that it trains, and the model, the optimizer, the learning rate and
        the epochs of a run that names none of them. Then the tasks that --task knows.

        Examples:
          mnist losses
          mnist losses triplet
          mnist losses --json
        """;

    /// <summary>The command.</summary>
    public static Command Create(TrainingCatalogue catalogue)
    {
        var name = new Argument<string?>("loss") { Description = "One loss.", HelpName = "LOSS", Arity = ArgumentArity.ZeroOrOne }.Takes(ValueKind.Loss(catalogue));
        var models = ModelsFrom.Option();
        var json = SharedOptions.Json();
        var command = new Command("losses", Examples) { name, models, json };
        command.SetAction(parsed =>
        {
            var one = parsed.GetValue(name);
            foreach (var loss in one is null ? catalogue.Losses : [catalogue.Loss(one)])
            {
                Show(catalogue, loss, parsed.GetValue(json));
            }

            foreach (var task in one is null ? catalogue.Tasks : [])
            {
                if (parsed.GetValue(json))
                {
                    Json.Print(new { Task = task.Name, task.Summary, task.Loss, Settings = UpdateList.Defaults(task.Settings) });
                    continue;
                }

                Paragraph.Print($"task {task.Name}: {task.Summary}; loss {task.Loss}{UpdateList.List(task.Settings)}");
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static void Show(TrainingCatalogue catalogue, LossDefinition loss, bool json)
    {
        if (json)
        {
            Json.Print(new
            {
                Loss = loss.Name,
                loss.Formula,
                loss.Summary,
                Settings = UpdateList.Defaults(loss.Settings),
                Uses = loss.Uses.Select(Of),
                Taught = loss.Taught is { } taught ? Of(taught) : null,
            });
            return;
        }

        object Of(LossUse use) => new { use.Task, Metrics = Metrics(catalogue, loss, use), use.Model, use.ModelSettings, use.Optimizer, use.LearningRate, use.Epochs, use.Settings };

        Paragraph.Print($"{loss.Name}: {loss.Formula}");
        Paragraph.Print($"  {loss.Summary}{UpdateList.List(loss.Settings)}");
        foreach (var (use, isTaught) in loss.Uses.Select(use => (use, false)).Concat(loss.Taught is { } student ? [(student, true)] : []))
        {
            var settings = string.Concat(use.ModelSettings.Values.Concat(use.Settings.Values).Select(entry => $", {entry.Key} {entry.Value}"));
            Paragraph.Print(string.Create(
                CultureInfo.InvariantCulture,
                $"  task {use.Task}{(isTaught ? " with --teacher" : "")}: model {use.Model}, {use.Optimizer}, lr {use.LearningRate}, {Quantity.Of(use.Epochs, "epoch")}{settings}; {string.Join(", ", Metrics(catalogue, loss, use))}"));
        }
    }

    /// <summary>Names of the metrics of a loss on a task.</summary>
    private static IEnumerable<string> Metrics(TrainingCatalogue catalogue, LossDefinition loss, LossUse use)
    {
        var plan = catalogue.Complete(new TrainingPlan { Task = use.Task, Loss = loss.Name, Model = use.Model });
        return catalogue.Objective(plan).Metrics.Select(metric => metric.Name);
    }
}
