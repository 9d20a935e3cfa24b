namespace Mnist.Distributed.Tests.Boundaries.Sources;

/// <summary>The repository that these tests were built in.</summary>
internal static class Repository
{
    private static readonly Lazy<IReadOnlyList<SourceFile>> AllSources = new(() => Read("src", "*.cs"));

    /// <summary>The C# files of all projects under <c>src</c>, with paths from there.</summary>
    public static IReadOnlyList<SourceFile> Sources => AllSources.Value;

    /// <summary>The folders of the projects under <c>src</c>.</summary>
    public static IEnumerable<string> Projects =>
        Sources.Select(file => file.Path.Split('/')[0]).Distinct().Order(StringComparer.Ordinal);

    /// <summary>README.md and the pages of <c>docs</c>.</summary>
    public static IReadOnlyList<SourceFile> Pages =>
        [new SourceFile("README.md", File.ReadAllText(Path.Combine(Root, "README.md"))), .. Read("docs", "*.md").Select(page => page with { Path = $"docs/{page.Path}" })];

    private static IReadOnlyList<SourceFile> Read(string folder, string pattern)
    {
        var start = Path.Combine(Root, folder);
        return
        [
            .. Directory.EnumerateFiles(start, pattern, SearchOption.AllDirectories)
                .Select(file => (File: file, Path: Path.GetRelativePath(start, file).Replace(Path.DirectorySeparatorChar, '/')))
                .Where(found => !found.Path.Split('/').Any(part => part is "bin" or "obj"))
                .OrderBy(found => found.Path, StringComparer.Ordinal)
                .Select(found => new SourceFile(found.Path, File.ReadAllText(found.File))),
        ];
    }

    /// <summary>The folder of the repository.</summary>
    public static string Root { get; } = FindRoot();

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Mnist.Distributed.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"{AppContext.BaseDirectory} is not in the repository: run the tests where they were built.");
    }
}
