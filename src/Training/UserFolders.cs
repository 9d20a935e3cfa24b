namespace Mnist.Distributed.Training;

/// <summary>The user's folders, as the XDG base directory specification names them.</summary>
public static class UserFolders
{
    private const string Product = "mnist-distributed";

    /// <summary>What can be made or fetched again: <c>$XDG_CACHE_HOME/mnist-distributed</c>.</summary>
    public static string Cache => Find("XDG_CACHE_HOME", ".cache");

    /// <summary>What outlives a program but is not a document: <c>$XDG_STATE_HOME/mnist-distributed</c>.</summary>
    public static string State => Find("XDG_STATE_HOME", Path.Combine(".local", "state"));

    private static string Find(string variable, string underHome)
    {
        // The specification says that relative paths are to be ignored.
        if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } folder && Path.IsPathRooted(folder))
        {
            return Path.Combine(folder, Product);
        }

        if (OperatingSystem.IsWindows())
        {
            return Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), Product, underHome);
        }

        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return Path.Combine(home.Length > 0 ? home : Path.GetTempPath(), underHome, Product);
    }
}
