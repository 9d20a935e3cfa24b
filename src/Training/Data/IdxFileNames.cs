namespace Mnist.Distributed.Training.Data;

/// <summary>The names of the four files of a data set in MNIST format.</summary>
public static class IdxFileNames
{
    /// <summary>Training images.</summary>
    public const string TrainImages = "train-images-idx3-ubyte";

    /// <summary>Training labels.</summary>
    public const string TrainLabels = "train-labels-idx1-ubyte";

    /// <summary>Test images. The name has "t10k" for any number of images.</summary>
    public const string TestImages = "t10k-images-idx3-ubyte";

    /// <summary>Test labels.</summary>
    public const string TestLabels = "t10k-labels-idx1-ubyte";

    /// <summary>All four names.</summary>
    public static readonly IReadOnlyList<string> All = [TrainImages, TrainLabels, TestImages, TestLabels];

    /// <summary>
    /// Finds a file in a folder. The file may be plain, or have the ending <c>.gz</c>, or have a
    /// dot in place of a dash, as in some archives (<c>train-images.idx3-ubyte</c>).
    /// </summary>
    /// <returns>The path; null if the folder has no such file.</returns>
    public static string? Find(string folder, string name)
    {
        var dotted = name.Replace("-idx", ".idx", StringComparison.Ordinal);
        return new[] { name, name + ".gz", dotted, dotted + ".gz" }.Select(file => Path.Combine(folder, file)).FirstOrDefault(File.Exists);
    }
}
