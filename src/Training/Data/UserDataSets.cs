namespace Mnist.Distributed.Training.Data;

/// <summary>Data sets as the user of this machine has them: environment, cache folder, the public mirrors, the digit generator.</summary>
public static class UserDataSets
{
    private static readonly DataSetDownload Download = new(DataSetDownload.CreateHandler(), TimeProvider.System);

    /// <summary>A loader with everything in its usual place.</summary>
    public static DataSetLoader Loader() => new(
        DataSetCatalogue.Published,
        DataSetCache.ForUser(),
        Download,
        SyntheticGenerator.Digits,
        Environment.GetEnvironmentVariable);
}
