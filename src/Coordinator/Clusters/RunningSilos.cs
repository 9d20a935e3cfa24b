using System.Globalization;
using Mnist.Distributed.Hosting.Processes;
using Mnist.Distributed.Hosting.Stores;

namespace Mnist.Distributed.Coordinator.Clusters;

/// <summary>
/// Finds the silo processes of a local cluster by their command lines, on systems that show these
/// (Linux). It finds a silo even if its pid file was lost or never written.
/// </summary>
internal static class RunningSilos
{
    /// <summary>
    /// The running silos with this cluster name and this store on their command line.
    /// </summary>
    public static IReadOnlyList<(string Silo, ProcessIdentity Process)> Of(string cluster, SqliteStore store)
    {
        if (!Posix.HasProcessFiles)
        {
            return [];
        }

        var found = new List<(string, ProcessIdentity)>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var pid)
                && ArgumentsOf(folder) is var arguments
                && After(arguments, SiloProcess.StoreOption) == store.ToString()
                && After(arguments, SiloProcess.ClusterOption) == cluster
                && After(arguments, SiloProcess.NameOption) is { } silo
                && ProcessIdentity.Of(pid) is { } process)
            {
                found.Add((silo, process));
            }
        }

        return found;
    }

    private static string[] ArgumentsOf(string processFolder)
    {
        try
        {
            return File.ReadAllText(Path.Combine(processFolder, "cmdline")).Split('\0');
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static string? After(string[] arguments, string option) => Array.IndexOf(arguments, option) is >= 0 and var at && at + 1 < arguments.Length ? arguments[at + 1] : null;
}
