using System.Diagnostics;
using Mnist.Distributed.Contracts;

namespace Mnist.Distributed.Coordinator.Dashboards;

/// <summary>The version of a dashboard that the user has named.</summary>
internal static class DashboardVersion
{
    private const string Assembly = "Aspire.Dashboard.dll";
    private const string PackagePrefix = "aspire.dashboard.sdk.";

    /// <summary>
    /// A sentence about a dashboard whose major or minor version is not the one that this program
    /// knows; null if it is, or if nothing tells the version.
    /// </summary>
    /// <param name="program">The program of the dashboard.</param>
    /// <param name="known">The version that this program knows.</param>
    public static string? Remark(string program, string known) =>
        Of(Path.GetDirectoryName(Path.GetFullPath(program))!) is { } found && Line(found) != Line(known)
            ? $"{DashboardPackage.Variable} names the Aspire dashboard {Printable.Of(found)}, and this program knows {known}: if it does not start or shows nothing, remove the variable."
            : null;

    /// <summary>
    /// The version of the assembly of the dashboard. A dashboard that is a native program has none;
    /// then it is the version of the NuGet package, as the name of the package's folder tells it.
    /// </summary>
    private static string? Of(string folder)
    {
        // Not the file version: it is 13.600.526.55907 for 13.6.5.
        var assembly = Path.Combine(folder, Assembly);
        if (File.Exists(assembly) && FileVersionInfo.GetVersionInfo(assembly).ProductVersion is { Length: > 0 } version)
        {
            return version.Split('+')[0];
        }

        return Directory.GetParent(folder) is { Parent.Name: { } id } package && id.StartsWith(PackagePrefix, StringComparison.OrdinalIgnoreCase) ? package.Name : null;
    }

    private static string Line(string version) => string.Join('.', version.Split('.').Take(2));
}
