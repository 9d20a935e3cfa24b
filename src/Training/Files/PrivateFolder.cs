using System.Runtime.Versioning;
using Mnist.Distributed.Contracts;

namespace Mnist.Distributed.Training.Files;

/// <summary>
/// Folders that only the user can read and write. On Windows the folders of a user are private from
/// the start. On other systems this class checks the owner, and takes the permissions of others
/// away.
/// </summary>
public static class PrivateFolder
{
    private const UnixFileMode OwnersAlone = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>
    /// Makes a private folder, with the missing folders above it. A folder that exists is made
    /// private.
    /// </summary>
    /// <param name="path">
    /// The folder. A link to a folder is followed if the user owns both the link and the folder.
    /// </param>
    /// <returns><paramref name="path"/>.</returns>
    /// <exception cref="InvalidInputException">
    /// The folder cannot be made, belongs to another user, or cannot be made private.
    /// </exception>
    public static string Make(string path)
    {
        MakeIfMissing(path);
        if (!OperatingSystem.IsWindows())
        {
            Close(path);
        }

        return path;
    }

    /// <summary>Makes a private folder. A folder that exists stays as it is.</summary>
    /// <param name="path">The folder.</param>
    /// <returns><paramref name="path"/>.</returns>
    /// <exception cref="InvalidInputException">The folder cannot be made.</exception>
    public static string MakeIfMissing(string path)
    {
        try
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(path);
            }
            else
            {
                Directory.CreateDirectory(path, OwnersAlone);
            }

            return path;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Unusable(path, $"cannot be made ({failure.Message.TrimEnd('.')})", failure);
        }
    }

    [UnsupportedOSPlatform("windows")]
    private static void Close(string path)
    {
        try
        {
            if (FileOwner.Of(path, follow: false) != FileOwner.Me || FileOwner.Of(path, follow: true) != FileOwner.Me)
            {
                throw Unusable(path, "belongs to another user");
            }

            if (File.GetUnixFileMode(path) != OwnersAlone)
            {
                File.SetUnixFileMode(path, OwnersAlone);
            }

            // The mode is read again because some file systems keep no modes.
            if (File.GetUnixFileMode(path) != OwnersAlone)
            {
                throw Unusable(path, "cannot be closed to other users");
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Unusable(path, $"cannot be closed to other users ({failure.Message.TrimEnd('.')})", failure);
        }
    }

    private static InvalidInputException Unusable(string path, string problem, Exception? failure = null)
    {
        var sentence = $"The folder {path} {problem}: set HOME, or XDG_CACHE_HOME and XDG_STATE_HOME, to folders of your own.";
        return failure is null ? new InvalidInputException(sentence) : new InvalidInputException(sentence, failure);
    }
}
