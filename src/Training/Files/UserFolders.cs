using Mnist.Distributed.Contracts;

namespace Mnist.Distributed.Training.Files;

/// <summary>
/// The user's folders, as the XDG base directory specification defines them
/// (https://specifications.freedesktop.org/basedir-spec).
/// </summary>
public static class UserFolders
{
    private const string Product = "mnist-distributed";

    /// <summary>
    /// The folder of files that can be made or fetched again:
    /// <c>$XDG_CACHE_HOME/mnist-distributed</c>.
    /// </summary>
    /// <exception cref="InvalidInputException">
    /// The user has no home folder, and the temporary folder cannot hold one.
    /// </exception>
    public static string Cache => Find("XDG_CACHE_HOME", ".cache");

    /// <summary>
    /// The folder of files that outlive a program but are no documents:
    /// <c>$XDG_STATE_HOME/mnist-distributed</c>.
    /// </summary>
    /// <exception cref="InvalidInputException">
    /// The user has no home folder, and the temporary folder cannot hold one.
    /// </exception>
    public static string State => Find("XDG_STATE_HOME", Path.Combine(".local", "state"));

    /// <summary>
    /// The folder of the user's own settings: <c>$XDG_CONFIG_HOME/mnist-distributed</c>.
    /// </summary>
    /// <exception cref="InvalidInputException">
    /// The user has no home folder, and the temporary folder cannot hold one.
    /// </exception>
    public static string Config => Find("XDG_CONFIG_HOME", ".config");

    private static string Find(string variable, string underHome)
    {
        // The specification says that programs must ignore relative paths.
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
    /// A home folder for a user who has none, such as the user of a service. Every user can write
    /// to the temporary folder, so a folder that exists under this name must belong to this user. A
    /// link is refused, because it would lead to a place that another user chose.
    /// </summary>
    /// <param name="temporary">The temporary folder.</param>
    /// <param name="user">The id of this user, which is part of the folder's name.</param>
    internal static string OwnInTemporaryFolder(string temporary, uint user)
    {
        var folder = Path.Combine(Path.GetFullPath(temporary), $"{Product}-{user}");
        return new FileInfo(folder).LinkTarget is null
            ? PrivateFolder.Make(folder)
            : throw new InvalidInputException($"{folder} is a link, which somebody else may have put there: set HOME, or XDG_CACHE_HOME and XDG_STATE_HOME, to folders of your own.");
    }
}
