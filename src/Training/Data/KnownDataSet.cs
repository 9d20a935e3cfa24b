using Mnist.Distributed.Contracts.Data;

namespace Mnist.Distributed.Training.Data;

/// <summary>A published data set in MNIST format.</summary>
public sealed record KnownDataSet
{
    /// <summary>The name on the command line.</summary>
    public required string Name { get; init; }

    /// <summary>The name in messages.</summary>
    public required string Title { get; init; }

    /// <summary>Torchvision's name for the data set, and for its folder.</summary>
    public required string TorchvisionName { get; init; }

    /// <summary>The training split.</summary>
    public required PublishedSplit Train { get; init; }

    /// <summary>The test split.</summary>
    public required PublishedSplit Test { get; init; }

    /// <summary>
    /// The addresses, each with a slash at its end, of web folders that serve the files with the
    /// ending <c>.gz</c>. They are tried in this order.
    /// </summary>
    public required IReadOnlyList<Uri> Mirrors { get; init; }

    /// <summary>Shape of the images, classes and normalisation.</summary>
    public required DataShape Shape { get; init; }

    /// <summary>
    /// The folder of the operating system's package with the files; null if there is no such
    /// package.
    /// </summary>
    public string? SystemFolder { get; init; }

    /// <summary>The label of the first class in the files.</summary>
    public int FirstLabel { get; init; }

    /// <summary>Whether rows and columns of the images are exchanged in the files.</summary>
    public bool IsTransposed { get; init; }

    /// <summary>
    /// The address of the archive with the files, which this program does not download; null if it
    /// downloads the files from <see cref="Mirrors"/>.
    /// </summary>
    public Uri? Archive { get; init; }

    /// <summary>How the data lie in the files.</summary>
    public IdxLayout Layout => new(Train.Images.Name, Train.Labels.Name, Test.Images.Name, Test.Labels.Name)
    {
        FirstLabel = FirstLabel,
        IsTransposed = IsTransposed,
    };

    /// <summary>
    /// The four files: images and labels of the training split, then of the test split.
    /// </summary>
    public IReadOnlyList<PublishedFile> Files => [Train.Images, Train.Labels, Test.Images, Test.Labels];
}
