using System.IO.Compression;
using System.Xml.Linq;
using Mnist.Distributed.Tests.Processes;
using Xunit;

namespace Mnist.Distributed.Tests.Packages;

/// <summary>
/// The packages, as a user gets them: from a feed, in a project in an empty folder.
/// </summary>
public sealed class PackageTests(PackedFeed feed, SmallMnist data) : IClassFixture<PackedFeed>
{
    public static TheoryData<string> Names => [.. PackedFeed.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_package_has_a_description_a_readme_a_licence_and_symbols(string package)
    {
        using var archive = ZipFile.OpenRead(feed.FileOf(package, "nupkg"));
        var about = XDocument.Load(archive.GetEntry($"{package}.nuspec")!.Open()).Root!.Elements().First();
        string? Value(string name) => about.Elements().FirstOrDefault(element => element.Name.LocalName == name)?.Value;

        Assert.Equal("MIT", Value("license"));
        Assert.Equal("README.md", Value("readme"));
        Assert.NotEqual("Package Description", Value("description"));
        Assert.NotNull(archive.GetEntry("README.md"));
        Assert.NotNull(archive.GetEntry("LICENSE"));
        Assert.Contains(archive.Entries, entry => entry.FullName.StartsWith("lib/net10.0/", StringComparison.Ordinal) && entry.Name.EndsWith(".xml", StringComparison.Ordinal));
        using var symbols = ZipFile.OpenRead(feed.FileOf(package, "snupkg"));
        Assert.Contains(symbols.Entries, entry => entry.Name.EndsWith(".pdb", StringComparison.Ordinal));
    }

    /// <summary>
    /// A console project with one reference and no setting trains in process and on two silos of
    /// its own, with the same bytes, and has libtorch of this platform only.
    /// </summary>
    [Fact]
    public async Task A_fresh_console_project_needs_one_reference_and_nothing_else()
    {
        const string Cluster = "packed";
        await using var home = new UserHome();
        home.Set("MNIST_DATA", data.Path);
        home.Programs = await feed.BuildProject(home["project"], "Fresh");

        (await home.Run("Fresh", Train("alone"))).Succeeds();
        (await home.Run("Fresh", "cluster", "up", "--silos", "2", "--name", Cluster)).Succeeds();
        try
        {
            (await home.Run("Fresh", Train("on-silos", "--cluster", Cluster))).Succeeds();
        }
        finally
        {
            (await home.Run("Fresh", "cluster", "down", "--name", Cluster)).Succeeds();
        }

        Assert.Equal(await File.ReadAllBytesAsync(home["alone/model.safetensors"], home.Guard), await File.ReadAllBytesAsync(home["on-silos/model.safetensors"], home.Guard));
        var libraries = Directory.EnumerateFiles(home.Programs, "*torch_cpu*", SearchOption.AllDirectories).Select(Path.GetFileName);
        Assert.Equal([OperatingSystem.IsWindows() ? "torch_cpu.dll" : OperatingSystem.IsMacOS() ? "libtorch_cpu.dylib" : "libtorch_cpu.so"], libraries);
        var settings = await File.ReadAllTextAsync(Path.Combine(home.Programs, "Fresh.runtimeconfig.json"), home.Guard);
        Assert.Contains("\"System.Runtime.TieredPGO\": false", settings, StringComparison.Ordinal);
        Assert.Contains("\"System.Runtime.TieredCompilation.QuickJitForLoops\": false", settings, StringComparison.Ordinal);
    }

    private static string[] Train(string output, params string[] more) => ["train", "--model", "mine", "--epochs", "1", "--limit", "600", "--out", output, .. more];
}
