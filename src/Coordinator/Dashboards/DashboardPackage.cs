using System.Diagnostics;
using System.Runtime.InteropServices;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Coordinator.Terminal;
using Mnist.Distributed.Training.Files;

namespace Mnist.Distributed.Coordinator.Dashboards;

/// <summary>
/// The Aspire dashboard, an OpenTelemetry backend in one process. It comes as a NuGet package, so
/// the user's own package sources deliver it, and NuGet checks what has arrived.
/// </summary>
internal static class DashboardPackage
{
    /// <summary>The version that this program knows to start.</summary>
    public const string Version = "13.6.5";

    /// <summary>Names a folder that has the dashboard already.</summary>
    public const string Variable = "MNIST_DASHBOARD";

    private static readonly string Id = $"aspire.dashboard.sdk.{Platform}-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}";

    private static string Platform => OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux";

    /// <summary>Where <see cref="Install"/> puts packages.</summary>
    public static string Folder => Path.Combine(UserFolders.Cache, "dashboard");

    /// <summary>
    /// The program of the dashboard: in the folder of <see cref="Variable"/>, in the cache of this
    /// program, or among the user's NuGet packages. Null if it is in none of them.
    /// </summary>
    /// <exception cref="InvalidInputException">
    /// The variable names a folder without the dashboard, or another user may have written the
    /// program.
    /// </exception>
    public static string? Find()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named)
        {
            var given = ProgramIn(named) ?? throw new InvalidInputException($"{Variable} names {Printable.Of(named)}, where there is no {ProgramName}: name its folder, or remove the variable.");
            if (DashboardVersion.Remark(given, Version) is { } remark)
            {
                Remarks.Say(remark);
            }

            return given;
        }

        var user = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        string[] packages = [Folder, Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(user, ".nuget", "packages")];
        return packages.Where(IsWhole).Select(folder => ProgramIn(Path.Combine(folder, Id, Version, "tools"))).FirstOrDefault(program => program is not null);
    }

    /// <summary>
    /// Gets the package with <c>dotnet restore</c>, into the cache of this program.
    /// </summary>
    /// <param name="cancellation">Ends the download.</param>
    /// <exception cref="InvalidInputException">
    /// There is no .NET SDK, the package cannot be fetched, or the cache is another user's.
    /// </exception>
    public static async Task<string> Install(CancellationToken cancellation)
    {
        // Not in the temporary folder: restore reads files of all folders above, and other users
        // can write there.
        var work = Directory.CreateDirectory(Path.Combine(PrivateFolder.Make(Folder), $"restore-{Environment.ProcessId}"));
        try
        {
            SlowWork.Is($"fetching the Aspire dashboard {Version}");
            var project = Path.Combine(work.FullName, "dashboard.csproj");
            await File.WriteAllTextAsync(
                project,
                $"""
                <Project Sdk="Microsoft.NET.Sdk">
                  <PropertyGroup>
                    <TargetFramework>net10.0</TargetFramework>
                    <RestorePackagesPath>{Folder}</RestorePackagesPath>
                  </PropertyGroup>
                  <ItemGroup>
                    <PackageDownload Include="{Id}" Version="[{Version}]" />
                  </ItemGroup>
                </Project>
                """,
                cancellation);
            await Restore(project, cancellation);
        }
        finally
        {
            SlowWork.Is(null);
            work.Delete(recursive: true);
        }

        return ProgramIn(Path.Combine(Folder, Id, Version, "tools"))
            ?? throw new InvalidInputException($"The package {Id} {Version} has no {ProgramName}: use another backend, such as Jaeger (deploy/compose.yaml).");
    }

    private static string ProgramName => OperatingSystem.IsWindows() ? "Aspire.Dashboard.exe" : "Aspire.Dashboard";

    /// <summary>The program in a folder; null if there is none.</summary>
    /// <exception cref="InvalidInputException">Another user may have written it.</exception>
    private static string? ProgramIn(string folder)
    {
        var path = Path.Combine(folder, ProgramName);
        if (!File.Exists(path))
        {
            return null;
        }

        // It loads files of its folder.
        TrustedFile.Require(path, usesItsFolder: true);
        return path;
    }

    /// <summary>
    /// Whether a folder has the whole package: NuGet writes this file after all others.
    /// </summary>
    private static bool IsWhole(string packages) => File.Exists(Path.Combine(packages, Id, Version, ".nupkg.metadata"));

    private static async Task Restore(string project, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo("dotnet", ["restore", project, "--verbosity", "quiet"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            using var process = Process.Start(start)!;
            using var end = cancellation.Register(() => process.Kill(entireProcessTree: true));
            var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
            var error = process.StandardError.ReadToEndAsync(CancellationToken.None);
            await process.WaitForExitAsync(CancellationToken.None);
            cancellation.ThrowIfCancellationRequested();
            if (process.ExitCode != 0)
            {
                var reason = $"{await output}{await error}".Split('\n').FirstOrDefault(line => line.Contains("error", StringComparison.Ordinal)) ?? "no reason given";
                throw new InvalidInputException($"The Aspire dashboard cannot be fetched ({Printable.Of(reason.Trim())}): check the network and 'dotnet nuget list source', or use another backend, such as Jaeger (deploy/compose.yaml).");
            }
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            throw new InvalidInputException($"The Aspire dashboard is fetched with the .NET SDK, and there is no 'dotnet' to start ({missing.Message}): install the SDK, or use another backend, such as Jaeger (deploy/compose.yaml).", missing);
        }
    }
}
