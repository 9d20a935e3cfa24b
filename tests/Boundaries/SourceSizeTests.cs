using Mnist.Distributed.Tests.Boundaries.Sources;

using Xunit;

namespace Mnist.Distributed.Tests.Boundaries;

/// <summary>
/// Files, constructors and lines of prose are as small as a reader takes in at once.
/// </summary>
public sealed class SourceSizeTests
{
    [Fact]
    public void Source_files_have_300_lines_at_most() => AssertNone(Repository.Sources, SourceSize.Lines);

    [Fact]
    public void Constructors_have_6_parameters_at_most() => AssertNone(Repository.Sources, SourceSize.Constructors);

    [Fact]
    public void Comments_have_100_columns_at_most() => AssertNone(Repository.Sources, SourceSize.Comments);

    [Fact]
    public void Pages_have_100_columns_at_most() => AssertNone(Repository.Pages, SourceSize.Prose);

    private static void AssertNone(IReadOnlyList<SourceFile> files, Func<SourceFile, IEnumerable<string>> find)
    {
        Assert.NotEmpty(files);
        var found = files.SelectMany(find).ToArray();

        Assert.True(found.Length == 0, string.Join('\n', found));
    }
}
