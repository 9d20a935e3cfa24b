using System.CommandLine;
using System.Globalization;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Data;
using Mnist.Distributed.Coordinator.Commands.Options;
using Mnist.Distributed.Coordinator.Runs;
using Mnist.Distributed.Coordinator.Terminal;
using Mnist.Distributed.Reports;
using Mnist.Distributed.Training.Catalogue;
using Mnist.Distributed.Training.Predictions;
using Mnist.Distributed.Training.Tasks;

namespace Mnist.Distributed.Coordinator.Commands;

/// <summary><c>mnist predict</c>: lets trained weights answer for pictures.</summary>
internal static class PredictCommand
{
    private const string Examples = """
        Says what a trained model sees in pictures. A photo or a scan is made like the images of the training first: grey, light ink on a dark ground, cropped,
        scaled, and centred by its mass.

        Examples:
          mnist predict --weights latest seven.jpg
          mnist predict --weights model.safetensors --explain scan-*.png
          mnist predict --weights model.safetensors --json t10k-images-idx3-ubyte
        """;

    /// <summary>Number of classes that are named after the best one.</summary>
    private const int Others = 2;

    /// <summary>Signs for pixels from dark to light.</summary>
    private const string Shades = " .:-=+*#%@";

    /// <summary>The command.</summary>
    public static Command Create(TrainingCatalogue catalogue)
    {
        var images = new Argument<string[]>("image") { Description = "PNG, JPEG and IDX files.", HelpName = "IMAGE", Arity = ArgumentArity.OneOrMore }.Takes(ValueKind.File);
        var weights = SharedOptions.Weights();
        var models = ModelsFrom.Option();
        var asIs = OptionKind.Flag("--as-is", "Scale pictures only: no inversion, no cropping, no centring.");
        var explain = OptionKind.Flag("--explain", "Also show the image that the model sees.");
        var json = SharedOptions.Json();
        var command = new Command("predict", Examples) { images, weights, models, asIs, explain, json };
        command.SetAction(parsed =>
        {
            SlowWork.Is("reading the weights");
            var path = WeightsFile.Find(parsed.GetValue(weights)!);
            var setup = TrainingSetup.Of(ModelWeights.Recognise(path, null, catalogue), catalogue);
            using var predictor = new Predictor(setup, ModelWeights.Read(path, setup));
            foreach (var file in parsed.GetValue(images)!)
            {
                SlowWork.Is($"looking at {Printable.Of(file)}");
                foreach (var (at, image) in predictor.Read(file, !parsed.GetValue(asIs)).Index())
                {
                    var answer = predictor.Answer(image);
                    if (parsed.GetValue(json))
                    {
                        Json.Print(new { File = file, Image = at, Answer = ReportJson.Of(answer, setup.Plan.Data.Classes), Seen = parsed.GetValue(explain) ? image.Select(pixel => (int)pixel) : null });
                        continue;
                    }

                    Console.WriteLine(Printable.Of($"{file}{(at == 0 ? "" : $" [{at}]")}: {Words(answer, setup.Plan.Data.Classes)}", Printable.Sentence));
                    if (parsed.GetValue(explain))
                    {
                        Draw(image, setup.Input);
                    }

                    if (answer is Answer.Mask mask)
                    {
                        Draw([.. mask.Pixels.Select(pixel => pixel ? byte.MaxValue : (byte)0)], setup.Input with { Channels = 1 });
                    }
                }
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static string Words(Answer answer, ClassList classes) => answer switch
    {
        Answer.Class { Probabilities.Count: 0 } one => classes.Names[one.Label],
        Answer.Class one => string.Create(CultureInfo.InvariantCulture, $"{classes.Names[one.Label]} {one.Probabilities[one.Label]:P1}")
            + string.Concat(one.Probabilities.Index().OrderByDescending(entry => entry.Item).Where(entry => entry.Index != one.Label).Take(Others)
                .Select(entry => string.Create(CultureInfo.InvariantCulture, $", {classes.Names[entry.Index]} {entry.Item:P1}"))),
        Answer.YesNo question => (question.IsYes ? "yes" : "no") + (question.Probability is { } yes ? string.Create(CultureInfo.InvariantCulture, $", probability of yes {yes:P1}") : ""),
        Answer.Mask mask => $"{Quantity.Of(mask.Pixels.Count(pixel => pixel), "pixel")} of the digit",
        Answer.Place { Box: var box } => string.Create(CultureInfo.InvariantCulture, $"from {box.Left:P1}, {box.Top:P1} to {box.Right:P1}, {box.Bottom:P1} of width and height"),
        Answer.Text text => $"'{string.Join(' ', text.Labels.Select(label => classes.Names[label].Split(' ')[0]))}'",
        Answer.Vector vector => string.Join(' ', vector.Elements.Select(element => element.ToString("F3", CultureInfo.InvariantCulture))),
        _ => throw new ArgumentOutOfRangeException(nameof(answer), answer, "There is no such kind of answer."),
    };

    /// <summary>Draws the first plane of an image with letters.</summary>
    private static void Draw(byte[] image, SampleShape shape)
    {
        for (var row = 0; row < shape.Rows; row++)
        {
            Console.WriteLine(string.Concat(Enumerable.Range(0, shape.Columns).Select(column => Shades[image[(row * shape.Columns) + column] * Shades.Length / 256])));
        }
    }
}
