namespace Mnist.Distributed.Training.Data;

/// <summary>
/// The data sets of the user of this machine: environment variables, cache folder, public mirrors
/// and the generator of digits.
/// </summary>
public static class UserDataSets
{
    private static readonly DataSetDownload Download = new(DataSetDownload.CreateHandler(), TimeProvider.System);

    /// <summary>Makes a loader with the usual parts.</summary>
    public static DataSetLoader Loader() => new(
        DataSetCatalogue.Published,
        DataSetCache.ForUser(),
        Download,
        SyntheticGenerator.Digits,
        Environment.GetEnvironmentVariable);
}
