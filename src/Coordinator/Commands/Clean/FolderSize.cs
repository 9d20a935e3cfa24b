namespace Mnist.Distributed.Coordinator.Commands.Clean;

/// <summary>What files and folders take on the disk. Links are not followed.</summary>
/// <param name="Bytes">The lengths of all files together.</param>
/// <param name="Files">The number of files.</param>
internal readonly record struct FolderSize(long Bytes, int Files)
{
    private static readonly EnumerationOptions Everything = new()
    {
        RecurseSubdirectories = true,
        AttributesToSkip = FileAttributes.ReparsePoint,
        IgnoreInaccessible = true,
    };

    /// <summary>The size of files and of folders with all that is in them.</summary>
    public static FolderSize Of(IEnumerable<string> entries) => entries.SelectMany(In).Aggregate(
        default(FolderSize), (size, file) => new FolderSize(size.Bytes + file.Length, size.Files + 1));

    private static IEnumerable<FileInfo> In(string entry)
    {
        var folder = new DirectoryInfo(entry);
        return folder.LinkTarget is not null ? []
            : folder.Exists ? folder.EnumerateFiles("*", Everything)
            : new FileInfo(entry) is { Exists: true } file ? [file] : [];
    }
}
