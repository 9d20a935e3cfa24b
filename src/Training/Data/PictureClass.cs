namespace Mnist.Distributed.Training.Data;

/// <summary>The pictures of one class in one folder.</summary>
/// <param name="Name">The name of the class, which is the name of its folder.</param>
/// <param name="Files">The paths of the pictures, in ordinal order of their names.</param>
internal sealed record PictureClass(string Name, IReadOnlyList<string> Files)
{
    private static readonly string[] Endings = [".png", ".jpg", ".jpeg"];

    /// <summary>
    /// The classes of a folder: one for each subfolder, in ordinal order. Subfolders whose name
    /// starts with a dot are left out.
    /// </summary>
    public static IReadOnlyList<PictureClass> In(string folder) =>
    [
        .. new DirectoryInfo(folder).EnumerateDirectories()
            .Where(entry => !entry.Name.StartsWith('.'))
            .OrderBy(entry => entry.Name, StringComparer.Ordinal)
            .Select(entry => new PictureClass(entry.Name, Pictures(entry))),
    ];

    /// <summary>Whether a folder has a subfolder with a picture.</summary>
    public static bool AnyIn(string folder) =>
        new DirectoryInfo(folder).EnumerateDirectories().Any(entry => !entry.Name.StartsWith('.') && entry.EnumerateFiles().Any(IsPicture));

    /// <summary>
    /// Files that are no pictures by their ending, and hidden ones, are left out.
    /// </summary>
    private static string[] Pictures(DirectoryInfo folder) =>
        [.. folder.EnumerateFiles().Where(IsPicture).OrderBy(file => file.Name, StringComparer.Ordinal).Select(file => file.FullName)];

    private static bool IsPicture(FileInfo file) =>
        !file.Name.StartsWith('.') && Endings.Contains(file.Extension, StringComparer.OrdinalIgnoreCase);
}
