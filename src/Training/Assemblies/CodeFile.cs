using System.Collections.Immutable;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Training.Files;

namespace Mnist.Distributed.Training.Assemblies;

/// <summary>
/// An assembly of the user's as it is in a file, with those assemblies beside it that it refers to,
/// directly or through others. Assemblies that are shared with this program do not belong to it.
/// Nothing of it is executed.
/// </summary>
public sealed class CodeFile
{
    /// <summary>The limit for a file, in bytes, because files are read into memory.</summary>
    private const int MostBytes = 256_000_000;

    private readonly SortedDictionary<string, byte[]> _libraries = new(StringComparer.Ordinal);
    private readonly bool _runsAlready;

    private CodeFile(string path, bool runsAlready, byte[] content, ImmutableArray<AssemblyName> references)
    {
        Path = path;
        _runsAlready = runsAlready;
        Content = content;
        References = references;
    }

    /// <summary>Full path of the file.</summary>
    public string Path { get; }

    /// <summary>Content of the file.</summary>
    public byte[] Content { get; }

    /// <summary>The assemblies that it refers to directly.</summary>
    public ImmutableArray<AssemblyName> References { get; }

    /// <summary>The contents of the user's other assemblies, by name.</summary>
    public IReadOnlyDictionary<string, byte[]> Libraries => _libraries;

    /// <summary>
    /// Name and SHA-256. Without other assemblies it is the SHA-256 of the file. Otherwise it is
    /// the SHA-256 of lines: the file's SHA-256, and then name and SHA-256 of each other assembly,
    /// in the order of their names.
    /// </summary>
    public OwnCode Code => new(System.IO.Path.GetFileName(Path), _libraries.Count == 0 ? Sha256Of(Content) : Sha256Of(Encoding.UTF8.GetBytes(Lines())));

    /// <summary>Reads a file, so that it can be loaded.</summary>
    /// <param name="path">The file.</param>
    /// <param name="runsAlready">
    /// Whether this process has loaded the file before. Then it is not asked who may have written
    /// it: the answer would come too late.
    /// </param>
    /// <exception cref="InvalidInputException">
    /// The file is missing, cannot be read, is no assembly of .NET, or another user may have
    /// written it or an assembly beside it.
    /// </exception>
    public static CodeFile Read(string path, bool runsAlready = false)
    {
        var content = ContentOf(path, runsAlready);
        var file = new CodeFile(System.IO.Path.GetFullPath(path), runsAlready, content, ReferencesOf(content, path));
        file.Collect(file.References);
        return file;
    }

    /// <summary>
    /// Name and SHA-256 of a program in a single file, in which no assembly has a file of its own.
    /// </summary>
    /// <param name="path">The file of the program.</param>
    /// <exception cref="InvalidInputException">The file cannot be read.</exception>
    public static OwnCode OfSingleFile(string path) =>
        new(System.IO.Path.GetFileName(path), FileDigest.Sha256(path));

    private static byte[] ContentOf(string path, bool runsAlready) => InputFile.Read(path, stream =>
    {
        if (!runsAlready)
        {
            TrustedFile.Require(path);
        }

        InvalidInputException.Require(stream.Length <= MostBytes, $"'{Printable.Of(path)}' has more than {MostBytes / 1_000_000} MB: give the assembly of a model.");
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        return content;
    });

    private static ImmutableArray<AssemblyName> ReferencesOf(byte[] content, string path)
    {
        try
        {
            using var image = new PEReader(ImmutableCollectionsMarshal.AsImmutableArray(content));
            if (image.HasMetadata && image.GetMetadataReader() is { IsAssembly: true } metadata)
            {
                return [.. metadata.AssemblyReferences.Select(handle => metadata.GetAssemblyReference(handle).GetAssemblyName())];
            }
        }
        catch (Exception damage) when (damage is BadImageFormatException or ArgumentException or InvalidOperationException or OverflowException or IOException)
        {
            throw NotAnAssembly(path, damage);
        }

        throw NotAnAssembly(path, null);
    }

    private static InvalidInputException NotAnAssembly(string path, Exception? damage) =>
        new($"'{Printable.Of(path)}' is not a .NET assembly: give the .dll that the build of your models has made.", damage!);

    private void Collect(ImmutableArray<AssemblyName> references)
    {
        foreach (var name in references.Where(reference => !SharedAssemblies.Has(reference)).Select(reference => reference.Name!).Where(name => !_libraries.ContainsKey(name)))
        {
            var path = System.IO.Path.Combine(System.IO.Path.GetDirectoryName(Path)!, $"{name}.dll");
            if (File.Exists(path))
            {
                var content = ContentOf(path, _runsAlready);
                _libraries.Add(name, content);
                Collect(ReferencesOf(content, path));
            }
        }
    }

    private string Lines() => string.Concat(_libraries.Select(library => $"{library.Key} {Sha256Of(library.Value)}\n").Prepend($"{Sha256Of(Content)}\n"));

    private static string Sha256Of(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));
}
