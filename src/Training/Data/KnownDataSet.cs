using Mnist.Distributed.Contracts.Data;

namespace Mnist.Distributed.Training.Data;

/// <summary>A published data set in MNIST format.</summary>
public sealed record KnownDataSet
{
    /// <summary>The name given on the command line.</summary>
    public required string Name { get; init; }

    /// <summary>The name in prose.</summary>
    public required string Title { get; init; }

    /// <summary>What torchvision calls the data set, and the folder it keeps it in.</summary>
    public required string TorchvisionName { get; init; }

    /// <summary>The training split.</summary>
    public required PublishedSplit Train { get; init; }

    /// <summary>The test split.</summary>
    public required PublishedSplit Test { get; init; }

    /// <summary>Web folders, ending in a slash, that serve the files with <c>.gz</c>; tried in this order.</summary>
    public required IReadOnlyList<Uri> Mirrors { get; init; }

    /// <summary>The shape of its images, its classes and its normalisation.</summary>
    public required DataShape Shape { get; init; }

    /// <summary>Where a package of the operating system installs the files; null when there is none.</summary>
    public string? SystemFolder { get; init; }

    /// <summary>The four files.</summary>
    public IReadOnlyList<PublishedFile> Files => [Train.Images, Train.Labels, Test.Images, Test.Labels];
}
