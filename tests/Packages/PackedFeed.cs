using System.Diagnostics;
using Mnist.Distributed.Tests.Boundaries.Sources;
using Mnist.Distributed.Tests.Samples;
using Mnist.Distributed.Tests.Training.Files;
using Xunit;

namespace Mnist.Distributed.Tests.Packages;

/// <summary>
/// A feed with the packages of this build, and projects that use it. Only these packages are
/// unpacked into a folder of the test; all others come from where the machine has them.
/// </summary>
public sealed class PackedFeed : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();

    /// <summary>The packages.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "Mnist.Distributed.Contracts", "Mnist.Distributed.Training", "Mnist.Distributed.Grains", "Mnist.Distributed.Hosting", "Mnist.Distributed.Silo", "Mnist.Distributed",
    ];

    /// <summary>
    /// Packages that the machine lacks because the build of the repository leaves them out. Only a
    /// test would download them, hundreds of megabytes.
    /// </summary>
    private static IEnumerable<string> LeftOut => new[] { "libtorch-cpu-linux-x64", "libtorch-cpu-osx-arm64", "libtorch-cpu-win-x64" }
        .Where(package => !Directory.Exists(Path.Combine(MachinePackages, package)));

    private string Feed => _folder["feed"];

    private static string MachinePackages => Environment.GetEnvironmentVariable("NUGET_PACKAGES")
        ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    /// <summary>Packs what was built with the tests, and builds nothing.</summary>
    public async ValueTask InitializeAsync()
    {
        var solution = Path.Combine(Repository.Root, "Mnist.Distributed.sln");
        await Dotnet("pack", solution, "--no-build", "-c", Sample.Configuration, $"-p:PackageOutputPath={Feed}", "-v", "q");
    }

    /// <summary>The file of a package.</summary>
    /// <param name="package">Its name.</param>
    /// <param name="extension">The ending of the file.</param>
    public string FileOf(string package, string extension) => Directory.EnumerateFiles(Feed, $"{package}.*.{extension}")
        .Single(file => char.IsAsciiDigit(Path.GetFileName(file)[package.Length + 1]));

    /// <summary>
    /// Makes a console project as <c>dotnet new console</c> does, with the package and the code of
    /// the sample, and builds it.
    /// </summary>
    /// <returns>The folder with the program.</returns>
    public async Task<string> BuildProject(string folder, string name)
    {
        Directory.CreateDirectory(folder);
        var version = Path.GetFileNameWithoutExtension(FileOf("Mnist.Distributed", "nupkg"))["Mnist.Distributed.".Length..];
        await Write("nuget.config", $"""
            <configuration>
              <config><add key="globalPackagesFolder" value="{_folder["packages"]}" /></config>
              <fallbackPackageFolders><add key="machine" value="{MachinePackages}" /></fallbackPackageFolders>
              <packageSources><add key="own" value="{Feed}" /></packageSources>
            </configuration>
            """);
        await Write("Directory.Build.props", "<Project />");
        await Write("Directory.Packages.props", "<Project />");
        await Write("Directory.Build.targets", $"""
            <Project><ItemGroup>{string.Concat(LeftOut.Select(package => $"""<PrunePackageReference Include="{package}" Version="99.0.0" />"""))}</ItemGroup></Project>
            """);

        await Write($"{name}.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
              </PropertyGroup>
              <ItemGroup><PackageReference Include="Mnist.Distributed" Version="{version}" /></ItemGroup>
            </Project>
            """);
        foreach (var source in Directory.EnumerateFiles(Path.Combine(Repository.Root, "samples", Sample.Name), "*.cs"))
        {
            File.Copy(source, Path.Combine(folder, Path.GetFileName(source)), overwrite: true);
        }

        await Dotnet("build", folder, "-c", "Release", "-v", "q", "-o", Path.Combine(folder, "out"));
        return Path.Combine(folder, "out");

        Task Write(string file, string text) => File.WriteAllTextAsync(Path.Combine(folder, file), text);
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return default;
    }

    /// <summary>Runs a command of the SDK that leaves no server behind.</summary>
    private static async Task Dotnet(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [.. arguments, "-nodeReuse:false", "-p:UseSharedCompilation=false"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
            Environment = { ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1", ["MSBUILDDISABLENODEREUSE"] = "1" },
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"dotnet {string.Join(' ', arguments)}\n{await output}\n{await errors}");
    }
}
