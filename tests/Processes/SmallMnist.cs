using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Tests.Processes;
using Mnist.Distributed.Tests.Training.Files;
using Mnist.Distributed.Training.Data;
using Xunit;

[assembly: AssemblyFixture(typeof(SmallMnist))]

namespace Mnist.Distributed.Tests.Processes;

/// <summary>
/// A folder in MNIST's format with the first synthetic digits. All tests that start programs share
/// it.
/// </summary>
public sealed class SmallMnist : IDisposable
{
    public const int TrainCount = 1_205;
    public const int TestCount = 310;

    private readonly TemporaryFolder _folder = new();

    public SmallMnist() : this(TrainCount)
    {
    }

    internal SmallMnist(int trainCount)
    {
        Write(IdxFileNames.TrainImages, IdxFileNames.TrainLabels, SyntheticDigits.TrainSeed, trainCount);
        Write(IdxFileNames.TestImages, IdxFileNames.TestLabels, SyntheticDigits.TestSeed, TestCount);
    }

    public string Path => _folder.Path;

    /// <summary>The data set as the programs load it.</summary>
    public DataSet Load() => new DataSetFolder(Path, DataSetCatalogue.Published.Find("mnist"), DataSetCatalogue.Published).Load();

    public void Dispose() => _folder.Dispose();

    private void Write(string imagesName, string labelsName, ulong seed, int count)
    {
        var images = new byte[count * Recipe.Sample.Pixels];
        var labels = new byte[count];
        SyntheticDigits.Generate(seed, images, labels);
        var split = new ImageSet(images, Array.ConvertAll(labels, label => (ushort)label), Recipe.Sample);
        using var imageFile = File.Create(_folder[imagesName]);
        IdxFile.WriteImages(imageFile, split);
        using var labelFile = File.Create(_folder[labelsName]);
        IdxFile.WriteLabels(labelFile, split);
    }
}
