using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using Mnist.Distributed.Contracts;

namespace Mnist.Distributed.Dashboard.Server;

/// <summary>
/// Loads ASP.NET Core from the .NET installation when a page is served. A reference of the usual
/// kind would make every command need it.
/// </summary>
internal static class AspNetRuntime
{
    private const string Name = "Microsoft.AspNetCore.App";

    private static readonly Lock Once = new();
    private static bool _isLoaded;

    /// <summary>
    /// Makes the types of ASP.NET Core usable. Call it before any of them is used.
    /// </summary>
    /// <exception cref="InvalidInputException">This machine does not have ASP.NET Core.</exception>
    public static void Load()
    {
        lock (Once)
        {
            if (_isLoaded || IsThere())
            {
                return;
            }

            var folder = Folder() ?? throw new InvalidInputException(
                $"The page needs the ASP.NET Core runtime {Environment.Version.Major}.{Environment.Version.Minor}, which this .NET does not have: install it, or the .NET SDK, which contains it.");
            AssemblyLoadContext.Default.Resolving += (context, name) => Find(folder, name) is { } file ? context.LoadFromAssemblyPath(file) : null;
            _isLoaded = true;
        }
    }

    /// <summary>
    /// The folder of the newest ASP.NET Core for this .NET; null if there is none.
    /// </summary>
    private static string? Folder()
    {
        var shared = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", Name));
        return !Directory.Exists(shared) ? null : Directory.EnumerateDirectories(shared)
            .Select(folder => (Folder: folder, Version: Version.TryParse(Path.GetFileName(folder), out var version) ? version : null))
            .Where(found => found.Version is { } version && version.Major == Environment.Version.Major && version.Minor == Environment.Version.Minor)
            .MaxBy(found => found.Version).Folder;
    }

    private static string? Find(string folder, AssemblyName name) =>
        Path.Combine(folder, $"{name.Name}.dll") is var file && File.Exists(file) ? file : null;

    private static bool IsThere()
    {
        try
        {
            Assembly.Load("Microsoft.AspNetCore");
            return true;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
    }
}
