using Mnist.Distributed.Tests.Boundaries.Sources;

using Xunit;

namespace Mnist.Distributed.Tests.Boundaries;

/// <summary>Files, constructors and lines of prose are as small as a reader takes in at once.</summary>
public sealed class SourceSizeTests
{
    // until merged
    private static readonly string[] WideComments = ["Training/"];

    // until merged
    private static readonly string[] WidePages = ["docs/experiments.md", "docs/performance.md"];

    [Fact]
    public void Source_files_have_300_lines_at_most() => AssertNone(Repository.Sources, [], SourceSize.Lines);

    [Fact]
    public void Constructors_have_6_parameters_at_most() => AssertNone(Repository.Sources, [], SourceSize.Constructors);

    [Fact]
    public void Comments_have_100_columns_at_most() => AssertNone(Repository.Sources, WideComments, SourceSize.Comments);

    [Fact]
    public void Pages_have_100_columns_at_most() => AssertNone(Repository.Pages, WidePages, SourceSize.Prose);

    /// <param name="files">What is looked at.</param>
    /// <param name="leftOut">Files that are not, and folders with a slash at the end.</param>
    /// <param name="find">The check.</param>
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
