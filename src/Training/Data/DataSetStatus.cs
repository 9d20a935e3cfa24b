namespace Mnist.Distributed.Training.Data;

/// <summary>The status of a data set on this machine.</summary>
public enum DataSetStatus
{
    /// <summary>At least one file is missing.</summary>
    Missing,

    /// <summary>All files exist, but they cannot be used.</summary>
    Unusable,

    /// <summary>
    /// The files are intact and have the format of MNIST, but are not the published ones.
    /// </summary>
    Custom,

    /// <summary>The published files: all four checksums match.</summary>
    Published,

    /// <summary>The synthetic data set as this program generates it.</summary>
    Generated,
}
