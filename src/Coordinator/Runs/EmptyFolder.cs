namespace Mnist.Distributed.Coordinator.Runs;

/// <summary>Deletes folders in which nothing is left.</summary>
internal static class EmptyFolder
{
    /// <summary>Deletes a folder if it exists and is empty.</summary>
    /// <param name="path">The folder; null for none.</param>
    /// <exception cref="IOException">
    /// The folder cannot be deleted, or something was put into it meanwhile.
    /// </exception>
    public static void Delete(string? path)
    {
        if (Directory.Exists(path) && !Directory.EnumerateFileSystemEntries(path).Any())
        {
            Directory.Delete(path);
        }
    }
}
