namespace Mnist.Distributed.Training.Data;

/// <summary>A folder to look for a data set in.</summary>
/// <param name="Folder">The folder.</param>
/// <param name="Setting">What the user named the folder by: then the data set must be there and nowhere else. Null for
/// folders looked into on our own account, which are passed over when they have not the published files.</param>
internal sealed record DataSetPlace(DataSetFolder Folder, string? Setting)
{
    /// <summary>Whether a usable data set found here is taken.</summary>
    public bool Accepts(DataSetStatus status) =>
        status is DataSetStatus.Published || (status is DataSetStatus.Custom && Setting is not null);
}
