using Mnist.Distributed.Contracts;

namespace Mnist.Distributed.Training.Files;

/// <summary>
/// Reads files that the user names. Every way in which a file can be unreadable becomes a sentence
/// for the user.
/// </summary>
internal static class InputFile
{
    /// <summary>Opens a file and reads it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="read">
    /// Reads the content; may throw <see cref="InvalidInputException"/> about the content.
    /// </param>
    /// <exception cref="InvalidInputException">
    /// The file is missing, empty, not a regular file, or cannot be read.
    /// </exception>
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
            // The length is checked before the file is opened: opening a pipe would wait for a
            // writer.
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
