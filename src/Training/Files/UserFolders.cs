using Mnist.Distributed.Contracts;

namespace Mnist.Distributed.Training.Files;

/// <summary>The user's folders, as the XDG base directory specification names them.</summary>
public static class UserFolders
{
    private const string Product = "mnist-distributed";

    /// <summary>What can be made or fetched again: <c>$XDG_CACHE_HOME/mnist-distributed</c>.</summary>
    /// <exception cref="InvalidInputException">There is neither a home folder nor a place for one.</exception>
    public static string Cache => Find("XDG_CACHE_HOME", ".cache");

    /// <summary>What outlives a program but is not a document: <c>$XDG_STATE_HOME/mnist-distributed</c>.</summary>
    /// <exception cref="InvalidInputException">There is neither a home folder nor a place for one.</exception>
    public static string State => Find("XDG_STATE_HOME", Path.Combine(".local", "state"));

    private static string Find(string variable, string underHome)
    {
        // The specification says that relative paths are to be ignored.
        if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } folder && Path.IsPathFullyQualified(folder))
        {
            return Path.Combine(folder, Product);
        }

        if (OperatingSystem.IsWindows())
        {
            return Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), Product, underHome);
        }

        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return Path.Combine(Path.IsPathFullyQualified(home) ? home : OwnInTemporaryFolder(Path.GetTempPath(), FileOwner.Me), underHome, Product);
    }

    /// <summary>
    /// A home for those who have none, such as a service's user. The folder around it is everybody's, so whatever is found there under the name must be shown to be this
    /// user's: a link would lead wherever somebody else likes.
    /// </summary>
    /// <param name="temporary">The folder around it.</param>
    /// <param name="user">The user id that the folder is named by.</param>
    internal static string OwnInTemporaryFolder(string temporary, uint user)
    {
        var folder = Path.Combine(Path.GetFullPath(temporary), $"{Product}-{user}");
        return new FileInfo(folder).LinkTarget is null
            ? PrivateFolder.Make(folder)
            : throw new InvalidInputException($"{folder} is a link, which somebody else may have put there: set HOME, or XDG_CACHE_HOME and XDG_STATE_HOME, to folders of your own.");
    }
}
