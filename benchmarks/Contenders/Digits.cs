using Mnist.Distributed.Training.Data;

namespace Mnist.Distributed.Benchmarks.Contenders;

/// <summary>The images that all contenders train on.</summary>
internal static class Digits
{
    /// <summary>MNIST if it is available, else synthetic digits.</summary>
    public static async Task<DataSet> Find(string? folder) =>
        (await UserDataSets.Loader().FindAsync("mnist", folder)).DataSet ?? await UserDataSets.Loader().LoadAsync(DataSetCatalogue.Synthetic);
}
