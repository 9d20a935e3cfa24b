using Mnist.Distributed.Contracts;

namespace Mnist.Distributed.Training.Files;

/// <summary>
/// Writes files that are either there in full or not there at all: the bytes go to a temporary file in the same
/// folder, are flushed to the disk, and the temporary file is renamed over the target. A reader, another process
/// writing the same file, or a power cut never sees half of it.
/// </summary>
public static class AtomicFile
{
    /// <summary>Creates or replaces a file; missing folders are made.</summary>
    /// <param name="path">The file to appear.</param>
    /// <param name="write">Writes the contents. When it throws, the target stays as it was.</param>
    /// <exception cref="InvalidInputException">The file cannot be written there.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        if (string.IsNullOrWhiteSpace(path))
        {
            throw new InvalidInputException("The name of the file to write is empty: give one.");
        }

        string target = Path.GetFullPath(path);
        string folder = Path.GetDirectoryName(target) ?? target;
        string temporary = Path.Combine(folder, $".{Path.GetFileName(target)}.{Guid.NewGuid():n}.tmp");
        try
        {
            Directory.CreateDirectory(folder);
            WriteAndRename(temporary, target, write);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"{target} cannot be written ({e.Message.TrimEnd('.')}): "
                + "choose a folder that is writable and has space.", e);
        }
    }

    private static void WriteAndRename(string temporary, string target, Action<Stream> write)
    {
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, target, overwrite: true);
        }
        finally
        {
            // After the rename there is nothing left under this name, and deleting nothing is not an error.
            File.Delete(temporary);
        }
    }
}
