using Mnist.Distributed.Contracts.Data;

namespace Mnist.Distributed.Contracts.Plans;

/// <summary>The MNIST part of the recipe that this project reproduces.</summary>
public static class Recipe
{
    /// <summary>The shape of an MNIST image.</summary>
    public static readonly SampleShape Sample = new(1, 28, 28);

    /// <summary>The recipe's transforms: to [0, 1], then mean 0.5 and deviation 0.5.</summary>
    public static readonly Normalisation Normalisation = new(255, 0.5f, 0.5f);

    /// <summary>The ten digits.</summary>
    public static readonly ClassList Digits = new(
    [
        "0 - zero", "1 - one", "2 - two", "3 - three", "4 - four",
        "5 - five", "6 - six", "7 - seven", "8 - eight", "9 - nine",
    ]);

    /// <summary>MNIST.</summary>
    public static readonly DataShape Data = new(Sample, Digits, Normalisation);
}
