using System.CommandLine;
using System.Globalization;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Coordinator.Commands.Options;
using Mnist.Distributed.Coordinator.Terminal;
using Mnist.Distributed.Training.Catalogue;
using Mnist.Distributed.Training.Models;

namespace Mnist.Distributed.Coordinator.Commands;

/// <summary>
/// <c>mnist models</c>: shows the models, optimizers and schedules that a plan may name.
/// </summary>
internal static class ModelsCommand
{
    private const string Examples = """
        Shows the models that --model knows, with their settings, parameters, shapes and multiply-adds; then the optimizers and the schedules of the learning
        rate, with their settings.

        Examples:
          mnist models
          mnist models mlp --hidden 300
          mnist models --data path/to/own/images
          mnist models resnet --image-size 64
          mnist models --models-from path/to/Own.dll
        """;

    /// <summary>The command.</summary>
    public static Command Create(TrainingCatalogue catalogue)
    {
        var name = new Argument<string?>("model") { Description = "One model, with the shapes of its tensors.", HelpName = "MODEL", Arity = ArgumentArity.ZeroOrOne }.Takes(ValueKind.Model(catalogue));
        var models = ModelsFrom.Option();
        var settings = SettingOptions.OfModels(catalogue);
        var data = SharedOptions.Data();
        var size = SharedOptions.ImageSize();
        var json = SharedOptions.Json();
        var command = new Command("models", Examples) { name, models, data, size, json };
        settings.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            SlowWork.Is("making the models");
            var plan = new TrainingPlan();
            if (parsed.GetValue(data) is { } folder)
            {
                plan = plan with { Data = (await DataSource.Find(plan.DataSet, folder, parsed.GetValue(size), given: true, Remarks.Among(json: true), cancellation)).Shape };
            }
            else if (parsed.GetValue(size) is { } side)
            {
                plan = plan with { Data = plan.Data.Resized(side) };
            }

            if (parsed.GetValue(name) is { } one)
            {
                ShowOne(catalogue.Model(one), Setup(settings.Complete(For(catalogue.Model(one)), parsed)), parsed.GetValue(json));
                return ExitCode.Done;
            }

            InvalidInputException.Require(
                !settings.AnyGiven(parsed), "A setting belongs to a model: name the model too, as in 'mnist models mlp --hidden 300'.");
            foreach (var model in catalogue.Models)
            {
                ShowLine(model, For(model), parsed.GetValue(json));
            }

            UpdateList.Print(catalogue, parsed.GetValue(json));

            return ExitCode.Done;

            TrainingPlan For(ModelDefinition model) => plan with { Model = model.Name, Task = model.Task, Loss = catalogue.Task(model.Task).Loss };

            TrainingSetup Setup(TrainingPlan wanted) => TrainingSetup.Of(wanted, catalogue);

            void ShowLine(ModelDefinition model, TrainingPlan wanted, bool asJson)
            {
                try
                {
                    Show(model, Setup(wanted), asJson);
                }
                catch (InvalidInputException misfit)
                {
                    var problem = OptionNames.Render(misfit);
                    if (asJson)
                    {
                        Json.Print(new { model.Name, model.Summary, Problem = problem });
                        return;
                    }

                    Paragraph.Print($"{model.Name}: {model.Summary}; {problem}");
                }
            }
        });
        return command;
    }

    private static void Show(ModelDefinition model, TrainingSetup setup, bool json)
    {
        if (json)
        {
            Json.Print(new
            {
                model.Name,
                model.Summary,
                Settings = setup.Plan.ModelSettings,
                Input = setup.Input,
                setup.Model.Outputs,
                Parameters = Parameters(setup.Model),
                setup.Model.MultiplyAdds,
                Tensors = setup.Model.Layout.Entries.Select(entry => new { entry.Name, entry.Shape }),
            });
            return;
        }

        var settings = setup.Plan.ModelSettings.ToString();
        Paragraph.Print(string.Create(
            CultureInfo.InvariantCulture,
            $"{model.Name}: {model.Summary}; {(settings.Length > 0 ? $"{settings}; " : "")}images of {setup.Input}, {setup.Model.Outputs} outputs; ")
            + string.Create(CultureInfo.InvariantCulture, $"{Parameters(setup.Model):N0} parameters, {setup.Model.MultiplyAdds:N0} multiply-adds an image"));
    }

    private static void ShowOne(ModelDefinition model, TrainingSetup setup, bool json)
    {
        Show(model, setup, json);
        if (!json)
        {
            TextTable.Print(["tensor", "shape"], setup.Model.Layout.Entries.Select(entry => (string[])[entry.Name, $"[{string.Join(", ", entry.Shape)}]"]));
        }
    }

    private static long Parameters(Model model) => model.Layout.Segments.Where(model.Layout.IsTrained).Sum(segment => (long)segment.Length);
}
