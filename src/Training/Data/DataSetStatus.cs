namespace Mnist.Distributed.Training.Data;

/// <summary>What was found of a data set on this machine.</summary>
public enum DataSetStatus
{
    /// <summary>Not all files are there.</summary>
    Missing,

    /// <summary>The files are there but cannot be used.</summary>
    Unusable,

    /// <summary>Intact files in the format of MNIST that are not the published ones.</summary>
    Custom,

    /// <summary>The published files: all four checksums match.</summary>
    Published,

    /// <summary>The synthetic data set as this program generates it.</summary>
    Generated,
}
