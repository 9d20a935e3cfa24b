using Xunit;

namespace Mnist.Distributed.Tests.Boundaries.Sources;

/// <summary>The finder finds loops in sources that have one, and none in others.</summary>
public sealed class FolderCycleFinderTests
{
    [Fact]
    public void Two_folders_that_use_each_other_are_a_loop()
    {
        var loop = Assert.Single(FolderCycles.Of(
        [
            File("App/Models/Net.cs", "using App.Layers; namespace App.Models; public sealed class Net { private readonly Dense _layer = new(); }"),
            File("App/Layers/Dense.cs", "using App.Models;\nnamespace App.Layers;\npublic sealed class Dense { public Net? Net { get; } }"),
            File("App/Program.cs", "using App.Models; namespace App; public static class Program { public static Net Start() => new(); }"),
        ]));

        Assert.Equal(["App/Layers", "App/Models"], loop.Folders);
        Assert.Equal(
            "2 folders use each other in a loop: App/Layers, App/Models\n  App/Layers uses App/Models: Dense.cs -> Net\n  App/Models uses App/Layers: Net.cs -> Dense",
            loop.ToString());
    }

    [Fact]
    public void Three_folders_are_a_loop_and_those_around_it_are_not()
    {
        var loop = Assert.Single(FolderCycles.Of(
        [
            Uses("A", "B"), Uses("B", "C"), Uses("C", "A"), Uses("Above", "A"), Uses("A", "Below"), Uses("Below", "Nothing"),
        ]));

        Assert.Equal(["A", "B", "C"], loop.Folders);
    }

    [Fact]
    public void Two_loops_are_told_apart() => Assert.Equal(
        [["A", "B"], ["C", "D"]],
        FolderCycles.Of([Uses("A", "B"), Uses("B", "A"), Uses("B", "C"), Uses("C", "D"), Uses("D", "C")]).Select(loop => loop.Folders));

    [Fact]
    public void A_folder_may_be_used_by_all_above_it() =>
        Assert.Empty(FolderCycles.Of([Uses("A", "B"), Uses("A", "C"), Uses("B", "C"), Uses("C", "Nothing")]));

    [Theory]
    [InlineData("namespace App.Below;\npublic class Part { /* as Whole does */ string _text = \"Whole\"; } // Whole")]
    [InlineData("namespace App.Below;\npublic class Part { string Text(int n) => $\"{n} is Whole\"; }")]
    [InlineData("namespace App.Below;\npublic class Part { string _raw = \"\"\"a \"Whole\" {Whole}\"\"\"; }")]
    [InlineData("namespace App.Below;\npublic class Part { object Of(Other.Thing thing) => thing.Whole; }")]
    public void A_name_that_is_no_type_is_no_use(string below) => Assert.Empty(FolderCycles.Of([Above, File("App/Below/Part.cs", $"using App.Above;\n{below}")]));

    [Theory]
    [InlineData("using App.Above;\nnamespace App.Below;\npublic class Part { string Text() => $\"a {nameof(Whole)} {(true ? \"b\" : \"c\")}\"; }")]
    [InlineData("using Alias = App.Above.Whole;\nnamespace App.Below;\npublic class Part;")]
    [InlineData("using static App.Above.Whole;\nnamespace App.Below;\npublic class Part;")]
    [InlineData("namespace App.Below;\npublic class Part { Above.Whole? _whole; }")]
    [InlineData("namespace App.Below;\npublic class Part { int Count() => App.Above.Whole.Count; }")]
    [InlineData("namespace App.Above.Below;\npublic class Part { Whole? _whole; char _quote = '\"'; }")]
    public void A_type_is_used_wherever_code_names_it(string below) =>
        Assert.Single(FolderCycles.Of([Above, File("App/Below/Part.cs", below)]));

    [Fact]
    public void A_name_of_a_namespace_that_is_not_seen_is_another_type() =>
        Assert.Empty(FolderCycles.Of([Above, File("App/Below/Part.cs", "using Elsewhere;\nnamespace App.Below;\npublic class Part { Whole? _whole; }")]));

    private static SourceFile Above { get; } =
        File("App/Above/Whole.cs", "using App.Below;\nusing App.Above.Below;\nnamespace App.Above;\npublic class Whole { Part? _part; }");

    private static SourceFile File(string path, string text) => new(path, text.Replace("; ", ";\n", StringComparison.Ordinal));

    private static SourceFile Uses(string folder, string other) => new(
        $"{folder}/To{other}.cs",
        $"using {other};\nnamespace {folder};\ninternal sealed class {folder}To{other};\ninternal sealed record In{folder}(In{other}? Other);");
}
