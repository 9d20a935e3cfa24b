using Mnist.Distributed.Tests.Boundaries.Sources;

using Xunit;

namespace Mnist.Distributed.Tests.Boundaries;

/// <summary>Files, constructors and lines of prose are small enough to be read at once.</summary>
public sealed class SourceSizeTests
{
    // until merged
    private static readonly string[] LongFiles =
    [
        "Grains/ParameterServers/ParameterServer.cs",
        "Grains/ParameterServers/ParameterServerGrain.cs",
        "Grains/Runs/TrainingRunGrain.cs",
    ];

    // until merged
    private static readonly string[] CrowdedConstructors =
    [
        "Grains/ParameterServers/ParameterServer.cs",
        "Grains/ParameterServers/ParameterServerGrain.cs",
        "Grains/Replicas/ReplicaRegistry.cs",
        "Grains/Replicas/ReplicaService.cs",
        "Grains/Replicas/ShareComputation.cs",
        "Grains/Runs/RunDriver.cs",
        "Grains/Runs/TrainingRunGrain.cs",
    ];

    // until merged
    private static readonly string[] WideComments = ["Contracts/", "Grains/", "Silo/"];

    // until merged
    private static readonly string[] WidePages = ["docs/experiments.md", "docs/performance.md"];

    [Fact]
    public void Source_files_have_300_lines_at_most() => AssertNone(Repository.Sources, LongFiles, SourceSize.Lines);

    [Fact]
    public void Constructors_have_6_parameters_at_most() => AssertNone(Repository.Sources, CrowdedConstructors, SourceSize.Constructors);

    [Fact]
    public void Comments_have_100_columns_at_most() => AssertNone(Repository.Sources, WideComments, SourceSize.Comments);

    [Fact]
    public void Pages_have_100_columns_at_most() => AssertNone(Repository.Pages, WidePages, SourceSize.Prose);

    /// <param name="files">The files to check.</param>
    /// <param name="leftOut">Files, and folders with a slash at the end, that are not
    /// checked.</param>
    /// <param name="find">Finds the problems of a file.</param>
    private static void AssertNone(IReadOnlyList<SourceFile> files, string[] leftOut, Func<SourceFile, IEnumerable<string>> find)
    {
        Assert.NotEmpty(files);
        var found = files
            .Where(file => !leftOut.Any(name => file.Path == name || (name.EndsWith('/') && file.Path.StartsWith(name, StringComparison.Ordinal))))
            .SelectMany(find)
            .ToArray();

        Assert.True(found.Length == 0, string.Join('\n', found));
    }
}
