using Mnist.Distributed.Contracts;

namespace Mnist.Distributed.Training.Files;

/// <summary>Reads files the user named, so that each way a file can be unreadable becomes a sentence for the user.</summary>
internal static class InputFile
{
    /// <summary>Opens a file and reads from it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="read">Reads it; may throw <see cref="InvalidInputException"/> about the content.</param>
    /// <exception cref="InvalidInputException">The file is missing or cannot be read.</exception>
    public static T Read<T>(string path, Func<Stream, T> read)
    {
        string name = Printable.Of(path);
        if (Directory.Exists(path))
        {
            throw new InvalidInputException($"'{name}' is a folder: give a file.");
        }

        if (!File.Exists(path))
        {
            throw new InvalidInputException($"The file '{name}' does not exist: give one that does.");
        }

        try
        {
            // Opening a pipe would wait for somebody to write to it.
            if (IsEmpty(path))
            {
                throw new InvalidInputException($"The file '{name}' is empty or not a regular file: give another one.");
            }

            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            return read(file);
        }
        catch (FileNotFoundException e)
        {
            throw new InvalidInputException($"'{name}' is a link that leads to no file: give a file.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new InvalidInputException($"The file '{name}' cannot be read ({Printable.Of(e.Message.TrimEnd('.'))}): make it a readable file.", e);
        }
    }

    private static bool IsEmpty(string path) =>
        (File.ResolveLinkTarget(path, returnFinalTarget: true) as FileInfo ?? new FileInfo(path)).Length == 0;
}
