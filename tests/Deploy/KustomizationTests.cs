using Mnist.Distributed.Tests.Servers;
using Xunit;

namespace Mnist.Distributed.Tests.Deploy;

/// <summary>
/// The kustomizations in <c>deploy</c>. The oracle is <c>kubectl</c>; where it is not installed,
/// the rules are checked that it has for resources.
/// </summary>
public sealed class KustomizationTests
{
    private const string Name = "kustomization.yaml";

    private static readonly string[] Found =
    [
        .. Directory.EnumerateFiles(YamlFile.Folder, Name, SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(YamlFile.Folder, Path.GetDirectoryName(file)!))
            .Order(StringComparer.Ordinal),
    ];

    public static TheoryData<string> Folders => [.. Found];

    [Fact]
    public void Both_kustomizations_are_found() => Assert.Equal(["kubernetes", "kubernetes-cert-manager"], Found);

    [Theory]
    [MemberData(nameof(Folders))]
    public async Task Kubectl_makes_manifests_of_it(string folder)
    {
        var kubectl = ServerProcess.Find("kubectl");
        Assert.SkipWhen(kubectl is null, "kubectl is not installed.");
        await ServerProcess.Run(kubectl!, "kustomize", Path.Combine(YamlFile.Folder, folder));
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public void What_it_names_is_there_and_no_folder_is_above_it_or_names_it_again(string folder) => Check(Path.Combine(YamlFile.Folder, folder), []);

    [Theory]
    [MemberData(nameof(Folders))]
    public void It_names_every_file_of_its_folder(string folder)
    {
        var path = Path.Combine(YamlFile.Folder, folder);
        var files = Directory.EnumerateFiles(path, "*.yaml").Select(file => Path.GetFileName(file)).Where(file => file != Name);

        Assert.Equal(files.Order(StringComparer.Ordinal), ResourcesOf(path).Where(resource => resource.EndsWith(".yaml", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    private static void Check(string folder, string[] before)
    {
        foreach (var resource in ResourcesOf(folder))
        {
            var path = Path.GetFullPath(Path.Combine(folder, resource));
            if (resource.EndsWith(".yaml", StringComparison.Ordinal))
            {
                Assert.True(File.Exists(path), $"{folder} names {resource}, which is not there.");
                continue;
            }

            Assert.True(File.Exists(Path.Combine(path, Name)), $"{folder} names {resource}, which has no {Name}.");
            Assert.False($"{folder}/".StartsWith($"{path}/", StringComparison.Ordinal), $"{folder} names {resource}, which it is in.");
            Assert.DoesNotContain(path, before);
            Check(path, [.. before, folder]);
        }
    }

    private static IEnumerable<string> ResourcesOf(string folder) => YamlFile.Read(Path.Combine(folder, Name)).List("resources");
}
