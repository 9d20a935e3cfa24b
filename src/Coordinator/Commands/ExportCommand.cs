using System.CommandLine;
using Mnist.Distributed.Coordinator.Commands.Options;
using Mnist.Distributed.Coordinator.Runs;
using Mnist.Distributed.Coordinator.Terminal;
using Mnist.Distributed.Training.Catalogue;
using Mnist.Distributed.Training.Onnx;

namespace Mnist.Distributed.Coordinator.Commands;

/// <summary><c>mnist export</c>: writes trained weights as an ONNX file.</summary>
internal static class ExportCommand
{
    private const string Examples = """
        Writes a trained model as ONNX, for ONNX Runtime and other programs. Input 'input': images, normalised as the file's metadata say; output 'output': the
        raw outputs of the model.

        Examples:
          mnist export --weights latest
          mnist export --weights model.safetensors --out digits.onnx
        """;

    /// <summary>The command.</summary>
    public static Command Create(TrainingCatalogue catalogue)
    {
        var weights = SharedOptions.Weights();
        var models = ModelsFrom.Option();
        var output = OptionKind.OptionalText("--out", "FILE.onnx", "The file. Default: beside the weights, with the ending .onnx.").Takes(ValueKind.File).OnlyFromTheUser();
        var command = new Command("export", Examples) { weights, models, output };
        command.SetAction(parsed =>
        {
            SlowWork.Is("reading the weights and writing the ONNX file");
            var path = WeightsFile.Find(parsed.GetValue(weights)!);
            var setup = TrainingSetup.Of(ModelWeights.Recognise(path, null, catalogue), catalogue);
            var target = parsed.GetValue(output) ?? Path.ChangeExtension(path, ".onnx");
            OnnxFile.Write(target, setup, catalogue.Model(setup.Plan.Model), ModelWeights.Read(path, setup));
            Console.WriteLine($"{target}: {setup.Plan.Model} for task {setup.Plan.Task}, images of {setup.Input}, {setup.Objective.Outputs} outputs");
            return ExitCode.Done;
        });
        return command;
    }
}
