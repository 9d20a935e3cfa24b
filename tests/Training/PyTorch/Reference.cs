using System.Globalization;
using System.Text.Json;

using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Coordinator.Terminal;
using Mnist.Distributed.Tests.Training.Files;
using Mnist.Distributed.Training.Catalogue;
using Mnist.Distributed.Training.Data;
using Mnist.Distributed.Training.Models.Fast;

namespace Mnist.Distributed.Tests.Training.PyTorch;

/// <summary>A tensor as PyTorch's <c>state_dict</c> describes it.</summary>
internal sealed record ReferenceTensor(string Name, string Type, long[] Shape);

/// <summary>The result of PyTorch's training.</summary>
/// <param name="Losses">Loss of each step.</param>
/// <param name="Rates">Learning rate of each step.</param>
/// <param name="TestLoss">Loss on the test images.</param>
/// <param name="Correct">Number of test images that are classified correctly.</param>
/// <param name="Samples">Number of test images.</param>
/// <param name="State">Path of the final weights.</param>
internal sealed record ReferenceResult(double[] Losses, double[] Rates, double TestLoss, int Correct, int Samples, string State);

/// <summary>The recipe in PyTorch.</summary>
internal static class Reference
{
    /// <summary>The tensors of a plan's model.</summary>
    public static async Task<ReferenceTensor[]> DescribeAsync(TrainingPlan plan, CancellationToken cancellation)
    {
        string[] lines = await PythonWithTorch.RunAsync(["describe", .. Model(plan)], cancellation);
        return [.. lines.Select(Parse).Select(tensor => new ReferenceTensor(
            tensor.GetProperty("name").GetString()!,
            tensor.GetProperty("dtype").GetString()!,
            [.. tensor.GetProperty("shape").EnumerateArray().Select(length => length.GetInt64())]))];
    }

    /// <summary>
    /// Trains and evaluates a plan, in file order and without dropout. The folder has the weights
    /// at step 0 and at each multiple of <paramref name="resumeEvery"/>; there the training
    /// continues from the weights in the folder. The plan has all its settings.
    /// </summary>
    public static async Task<ReferenceResult> TrainAsync(
        TrainingSetup setup, int steps, int resumeEvery, DataSet data, TemporaryFolder folder, CancellationToken cancellation)
    {
        var plan = setup.Plan;
        var scenes = Scenes.Of(setup, data);
        scenes.Write(folder);
        string result = folder["reference.safetensors"];
        string[] lines = await PythonWithTorch.RunAsync(
            [
                "train", .. Model(plan),
                "--outputs", Text(scenes.Outputs),
                "--data", folder.Path,
                "--states", folder.Path,
                "--resume-every", Text(resumeEvery),
                "--result", result,
                "--samples", Text(plan.Samples * scenes.ImagesPerSample),
                "--steps", Text(steps),
                "--batch-size", Text(plan.BatchSize * scenes.ImagesPerSample),
                "--plan", Json.ToLine(plan),
            ],
            cancellation);
        JsonElement test = Parse(lines[^1]);
        return new ReferenceResult(
            [.. lines[..^1].Select(line => Parse(line).GetProperty("loss").GetDouble())],
            [.. lines[..^1].Select(line => Parse(line).GetProperty("rate").GetDouble())],
            test.GetProperty("test_loss").GetDouble(),
            test.GetProperty("correct").GetInt32(),
            test.GetProperty("samples").GetInt32(),
            result);
    }

    private static string[] Model(TrainingPlan plan) => ["--model", plan.Model, "--hidden", Text(MlpNetwork.Hidden.Of(plan.ModelSettings))];

    private static string Text(IFormattable number) => number.ToString(format: null, CultureInfo.InvariantCulture);

    private static JsonElement Parse(string line) => JsonSerializer.Deserialize<JsonElement>(line);
}
