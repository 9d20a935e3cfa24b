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

    /// <summary>The file of that name in the folder, plain or else with <c>.gz</c>; null when there is neither.</summary>
    public static string? Find(string folder, string name)
    {
        string plain = Path.Combine(folder, name);
        return File.Exists(plain) ? plain : File.Exists(plain + ".gz") ? plain + ".gz" : null;
    }

    /// <summary>Those of the four files that are not in the folder.</summary>
    public static IReadOnlyList<string> Missing(string folder) => [.. All.Where(name => Find(folder, name) is null)];
}
