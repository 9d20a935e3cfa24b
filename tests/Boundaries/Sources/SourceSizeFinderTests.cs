using Xunit;

namespace Mnist.Distributed.Tests.Boundaries.Sources;

/// <summary>The finder reports sizes just above the limit, and none at the limit.</summary>
public sealed class SourceSizeFinderTests
{
    [Theory]
    [InlineData(300, 0)]
    [InlineData(301, 1)]
    public void A_file_of_more_than_300_lines_is_found(int lines, int found) =>
        Assert.Equal(found, SourceSize.Lines(File(string.Concat(Enumerable.Repeat("line\n", lines)))).Count());

    [Theory]
    [InlineData("public sealed class Net(int a, int b, int c, int d, int e, int f);", 0)]
    [InlineData("public sealed class Net(int a, int b, int c, int d, int e, int f, int g);", 1)]
    [InlineData("public struct Net<T>(int a, int b, int c, int d, int e, int f, T g);", 1)]
    [InlineData("class Net(Dictionary<int, int> a, (int, int) b, Func<int, int, int> c, int[,] d);", 0)]
    [InlineData("class Net\n{\n    private Net(int a, int b, int c, int d, int e,\n        int f, int g)\n    {\n    }\n}", 1)]
    [InlineData("class Net\n{\n    public Net() => Of(1, 2, 3, 4, 5, 6, 7);\n}", 0)]
    [InlineData("// class Net(int a, int b, int c, int d, int e, int f, int g);", 0)]
    [InlineData("public sealed record Net(int A, int B, int C, int D, int E, int F, int G);", 0)]
    [InlineData("public record struct Net(int A, int B, int C, int D, int E, int F, int G);", 0)]
    [InlineData("[GenerateSerializer, Alias(\"net\")]\npublic sealed class Net(int a, int b, int c, int d, int e, int f, int g);", 0)]
    [InlineData("[GenerateSerializer]\n[Alias(\"net\")]\npublic class Net(int a, int b, int c, int d, int e, int f, int g);", 0)]
    [InlineData("[Alias(\"net\")]\npublic class Net(int a, int b, int c, int d, int e, int f, int g);", 1)]
    public void A_constructor_of_more_than_6_parameters_is_found(string text, int found) => Assert.Equal(found, SourceSize.Constructors(File(text)).Count());

    [Theory]
    [InlineData("    /// ", 100, 0)]
    [InlineData("    /// ", 101, 1)]
    [InlineData("// ", 101, 1)]
    [InlineData("var text = ", 101, 0)]
    [InlineData("// see https://", 101, 0)]
    public void A_comment_of_more_than_100_columns_is_found(string start, int columns, int found) =>
        Assert.Equal(found, SourceSize.Comments(File($"code\n{start.PadRight(columns, 'x')}\ncode")).Count());

    [Theory]
    [InlineData("words ", 100, 0)]
    [InlineData("words ", 101, 1)]
    [InlineData("| cell ", 101, 0)]
    [InlineData("```\ncode ", 106, 0)]
    [InlineData("```\ncode\n```\nwords ", 114, 1)]
    public void A_line_of_prose_of_more_than_100_columns_is_found(string start, int length, int found) =>
        Assert.Equal(found, SourceSize.Prose(File(start.PadRight(length, 'x'))).Count());

    [Fact]
    public void The_address_of_a_link_has_no_columns() => Assert.Empty(SourceSize.Prose(File($"[words](docs/{new string('x', 100)}.md)")));

    private static SourceFile File(string text) => new("Net.cs", text);
}
