namespace Mnist.Distributed.Training.Data;

/// <summary>How a data set lies in its four IDX files.</summary>
/// <param name="TrainImages">Name of the file of training images, without <c>.gz</c>.</param>
/// <param name="TrainLabels">Name of the file of training labels.</param>
/// <param name="TestImages">Name of the file of test images.</param>
/// <param name="TestLabels">Name of the file of test labels.</param>
public sealed record IdxLayout(string TrainImages, string TrainLabels, string TestImages, string TestLabels)
{
    /// <summary>The layout of MNIST.</summary>
    public static readonly IdxLayout Standard =
        new(IdxFileNames.TrainImages, IdxFileNames.TrainLabels, IdxFileNames.TestImages, IdxFileNames.TestLabels);

    /// <summary>The label of the first class in the files.</summary>
    public int FirstLabel { get; init; }

    /// <summary>
    /// Whether rows and columns of the images are exchanged in the files. Then they are turned
    /// upright.
    /// </summary>
    public bool IsTransposed { get; init; }

    /// <summary>The four names.</summary>
    public IReadOnlyList<string> Names => [TrainImages, TrainLabels, TestImages, TestLabels];

    /// <summary>The names of the files that a folder lacks.</summary>
    public IReadOnlyList<string> Missing(string folder) => [.. Names.Where(name => IdxFileNames.Find(folder, name) is null)];

    /// <summary>
    /// Finds the folder that has the files: a folder itself; or the folder below it where
    /// torchvision puts them, such as <c>MNIST/raw</c>; or the folder <c>gzip</c> of an unpacked
    /// archive. If none has files, it is the folder itself.
    /// </summary>
    /// <param name="folder">The folder that the user named.</param>
    /// <param name="archive">Torchvision's name for the data set.</param>
    public string Below(string folder, string archive) =>
        new[] { folder, Path.Combine(folder, archive, "raw"), Path.Combine(folder, "raw"), Path.Combine(folder, "gzip") }
            .FirstOrDefault(IsIn) ?? folder;

    /// <summary>Whether a folder has at least one of the files.</summary>
    public bool IsIn(string folder) => Missing(folder).Count < Names.Count;
}
