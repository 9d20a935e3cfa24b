using System.Runtime.InteropServices;
using Mnist.Distributed.Contracts.Data;
using Mnist.Distributed.Tests.Training.Data;
using Mnist.Distributed.Tests.Training.Files;
using Mnist.Distributed.Training.Catalogue;
using Mnist.Distributed.Training.Data;
using Mnist.Distributed.Training.Views;
using Mnist.Distributed.Training.Weights;

namespace Mnist.Distributed.Tests.Training.PyTorch;

/// <summary>
/// What a task shows of a data set in the first epoch, in file order, as files for PyTorch.
/// </summary>
internal sealed class Scenes
{
    private readonly Split _train;
    private readonly Split _test;

    private Scenes(Split train, Split test) => (_train, _test) = (train, test);

    /// <summary>Number of outputs of the plan's model.</summary>
    public required int Outputs { get; init; }

    /// <summary>Number of images of a sample.</summary>
    public int ImagesPerSample => _train.ImagesPerSample;

    /// <summary>Draws the scenes of a plan.</summary>
    public static Scenes Of(TrainingSetup setup, DataSet data)
    {
        var plan = setup.Plan;
        return new(Draw(setup, data.Train.First(plan.Samples), SceneKey.Training(plan.Seed)), Draw(setup, data.Test, SceneKey.Testing)) { Outputs = setup.Objective.Outputs };
    }

    /// <summary>Writes images, labels and targets to a folder.</summary>
    public void Write(TemporaryFolder folder)
    {
        Write(folder, _train, IdxFileNames.TrainImages, IdxFileNames.TrainLabels, "train");
        Write(folder, _test, IdxFileNames.TestImages, IdxFileNames.TestLabels, "t10k");
    }

    private static void Write(TemporaryFolder folder, Split split, string images, string labels, string name)
    {
        folder.Write(images, [.. Idx.Header(0x803, split.Labels.Length, split.Shape.Rows, split.Shape.Columns), .. split.Pixels]);
        folder.Write(labels, [.. Idx.Header(0x801, split.Labels.Length), .. split.Labels]);
        if (split.Targets.Length > 0)
        {
            long[] shape = [split.Labels.Length, split.Targets.Length / split.Labels.Length];
            SafetensorsFile.Write(folder[$"{name}-targets.safetensors"], [new NamedTensor("targets", DType.F32, shape, MemoryMarshal.AsBytes(split.Targets.AsSpan()).ToArray())]);
        }
    }

    private static Split Draw(TrainingSetup setup, ImageSet samples, SceneKey key)
    {
        var view = setup.Objective.View(samples, key);
        var batch = view.Gather([.. Enumerable.Range(0, samples.Count)], epoch: 0);
        var (pixels, labels) = (new byte[batch.Count * setup.Input.Pixels], new byte[batch.Count]);
        for (var image = 0; image < batch.Count; image++)
        {
            batch.Image(image).CopyTo(pixels.AsSpan(image * setup.Input.Pixels));
            labels[image] = (byte)batch.Label(image);
        }

        return new Split(setup.Input, pixels, labels, batch.Targets.ToArray(), batch.ImagesPerSample);
    }

    private sealed record Split(SampleShape Shape, byte[] Pixels, byte[] Labels, float[] Targets, int ImagesPerSample);
}
