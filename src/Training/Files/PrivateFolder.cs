using System.Runtime.Versioning;
using Mnist.Distributed.Contracts;

namespace Mnist.Distributed.Training.Files;

/// <summary>
/// Folders that nobody but the user can look into or write to. On Windows a user's folders are that from the start; elsewhere owner and mode are looked at, and closed.
/// </summary>
public static class PrivateFolder
{
    private const UnixFileMode OwnersAlone = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Makes a folder, and those above it that are missing, or closes one that is there.</summary>
    /// <param name="path">The folder; a link to one is followed if the link, too, is the user's own.</param>
    /// <returns>The folder.</returns>
    /// <exception cref="InvalidInputException">It cannot be made, is not the user's own, or cannot be closed.</exception>
    public static string Make(string path)
    {
        MakeIfMissing(path);
        if (!OperatingSystem.IsWindows())
        {
            Close(path);
        }

        return path;
    }

    /// <summary>Makes a folder that nobody else can look into unless there is one already, which stays as it is.</summary>
    /// <returns>The folder.</returns>
    /// <exception cref="InvalidInputException">It cannot be made.</exception>
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

            // Some file systems keep no modes.
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
