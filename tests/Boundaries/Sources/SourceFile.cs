namespace Mnist.Distributed.Tests.Boundaries.Sources;

/// <summary>A file of the project.</summary>
/// <param name="Path">Path with slashes, relative to the folder of the search.</param>
/// <param name="Text">Content of the file.</param>
internal sealed record SourceFile(string Path, string Text)
{
    /// <summary>The folder of the file; empty if the file is in no folder.</summary>
    public string Folder => Path.LastIndexOf('/') is >= 0 and var end ? Path[..end] : "";

    /// <summary>The file's name.</summary>
    public string Name => System.IO.Path.GetFileName(Path);

    /// <summary>The C# code without comments and texts.</summary>
    public string Code => CSharpCode.Of(Text);
}
