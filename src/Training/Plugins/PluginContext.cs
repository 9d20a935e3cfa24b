using System.Reflection;
using System.Runtime.Loader;
using Mnist.Distributed.Training.Assemblies;

namespace Mnist.Distributed.Training.Plugins;

/// <summary>
/// Loads the assemblies of a plug-in, from the bytes that were hashed. The plug-in shares the
/// assemblies of this project, TorchSharp and .NET with the program. Of other assemblies it has its
/// own copy where there is one beside it, else the program's.
/// </summary>
/// <param name="file">The plug-in.</param>
internal sealed class PluginContext(CodeFile file) : AssemblyLoadContext(file.Path)
{
    /// <summary>Loads the assembly of the plug-in.</summary>
    /// <exception cref="BadImageFormatException">It cannot be loaded.</exception>
    public Assembly Load() => Load(file.Content);

    /// <inheritdoc />
    protected override Assembly? Load(AssemblyName assemblyName) =>
        assemblyName.Name is { } name && file.Libraries.TryGetValue(name, out var content) ? Load(content) : null;

    private Assembly Load(byte[] content) => LoadFromStream(new MemoryStream(content, writable: false));
}
