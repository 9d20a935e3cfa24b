namespace Mnist.Distributed.Training.Data;

/// <summary>The names the four files of a data set have, in every data set in MNIST format.</summary>
public static class IdxFileNames
{
    /// <summary>Training images.</summary>
    public const string TrainImages = "train-images-idx3-ubyte";

    /// <summary>Training labels.</summary>
    public const string TrainLabels = "train-labels-idx1-ubyte";

    /// <summary>Test images; "t10k" even when they are not ten thousand.</summary>
    public const string TestImages = "t10k-images-idx3-ubyte";

    /// <summary>Test labels.</summary>
    public const string TestLabels = "t10k-labels-idx1-ubyte";

    /// <summary>All four.</summary>
    public static readonly IReadOnlyList<string> All = [TrainImages, TrainLabels, TestImages, TestLabels];

    /// <summary>
    /// The file of that name in the folder, plain or else with <c>.gz</c>, or else as some archives unpack to, with a dot for a dash (<c>train-images.idx3-ubyte</c>);
    /// null when there is none.
    /// </summary>
    public static string? Find(string folder, string name)
    {
        var dotted = name.Replace("-idx", ".idx", StringComparison.Ordinal);
        return new[] { name, name + ".gz", dotted, dotted + ".gz" }.Select(file => Path.Combine(folder, file)).FirstOrDefault(File.Exists);
    }

    /// <summary>Those of the four files that are not in the folder.</summary>
    public static IReadOnlyList<string> Missing(string folder) => [.. All.Where(name => Find(folder, name) is null)];

    /// <summary>
    /// The folder below a folder that the files are in: itself, or where torchvision puts them, <c>MNIST/raw</c> under its root. The folder itself when they are in neither.
    /// </summary>
    /// <param name="folder">The folder that the user named.</param>
    /// <param name="archive">What torchvision calls the data set.</param>
    public static string Below(string folder, string archive) =>
        new[] { folder, Path.Combine(folder, archive, "raw"), Path.Combine(folder, "raw") }.FirstOrDefault(place => Missing(place).Count < All.Count) ?? folder;
}
