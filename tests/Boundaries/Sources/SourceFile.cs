namespace Mnist.Distributed.Tests.Boundaries.Sources;

/// <summary>A file of the project.</summary>
/// <param name="Path">From the folder that it was looked for in, with slashes.</param>
/// <param name="Text">All of it.</param>
internal sealed record SourceFile(string Path, string Text)
{
    /// <summary>The folder; empty for a file that is in none.</summary>
    public string Folder => Path.LastIndexOf('/') is >= 0 and var end ? Path[..end] : "";

    /// <summary>The file's name.</summary>
    public string Name => System.IO.Path.GetFileName(Path);

    /// <summary>The C# code without comments and texts.</summary>
    public string Code => CSharpCode.Of(Text);
}
