namespace Mnist.Distributed.Training.Data;

/// <summary>A folder to search for a data set.</summary>
/// <param name="Folder">The folder.</param>
/// <param name="Setting">
/// The option or variable by which the user named the folder. The data set must then be in this
/// folder, and no other is searched. Null for a usual folder, which is skipped if it lacks the
/// published files.
/// </param>
internal sealed record DataSetPlace(DataSetFolder Folder, string? Setting)
{
    /// <summary>Whether the search ends with a data set of this status in this folder.</summary>
    public bool Accepts(DataSetStatus status) =>
        status is DataSetStatus.Published || (status is DataSetStatus.Custom && Setting is not null);
}
