using System.Runtime.InteropServices;
using System.Runtime.Loader;
using Mnist.Distributed.Contracts;
using TorchSharp;

namespace Mnist.Distributed.Training.Native;

/// <summary>
/// Loads the native libraries of TorchSharp from the program's own folder. Each library is loaded
/// by its full path and after the libraries that it needs, so that a library of the same name
/// elsewhere is never used. TorchSharp then gets the loaded libraries. Its own search, which would
/// print a page and copy half a gigabyte, never starts.
/// </summary>
public static class TorchLibraries
{
    /// <summary>The name under which TorchSharp asks for its bridge to libtorch.</summary>
    private const string Bridge = "LibTorchSharp";

    /// <summary>The name under which TorchSharp asks for libtorch.</summary>
    private const string Core = "torch_cpu";

    private static readonly Lazy<nint> Loaded = new(LoadAll);

    /// <summary>Loads the libraries once. Call it before TorchSharp is used.</summary>
    /// <returns>The handle of libtorch's library <c>torch_cpu</c>.</returns>
    /// <exception cref="InvalidInputException">The libraries cannot be loaded.</exception>
    public static nint Load() => Loaded.Value;

    private static nint LoadAll()
    {
        Load(Find("c10"));
        var core = Load(Find(Core));
        Load(Find("torch"));
        var bridge = LoadBridge(Find(Bridge));
        nint Given(string name) => name == Core ? core : name == Bridge ? bridge : 0;

        // The runtime asks the first resolver when TorchSharp calls into its bridge. It asks the
        // second one when TorchSharp looks for the libraries and this system cannot load the bridge
        // as it is.
        NativeLibrary.SetDllImportResolver(typeof(torch).Assembly, (name, _, _) => Given(name));
        AssemblyLoadContext.Default.ResolvingUnmanagedDll += (_, name) => Given(name);
        return core;
    }

    private static nint LoadBridge(string path) => OperatingSystem.IsLinux() && TorchBridge.Mend(path) is { } image
        ? LibraryImage.Load(image, Path.GetFileName(path))
        : Load(path);

    private static nint Load(string path)
    {
        if (OperatingSystem.IsLinux() && !ElfFile.IsWhole(path))
        {
            throw LibraryFailure.Damaged(path);
        }

        try
        {
            return NativeLibrary.Load(path);
        }
        catch (Exception failure) when (failure is DllNotFoundException or BadImageFormatException)
        {
            throw LibraryFailure.Of(path, failure);
        }
    }

    private static string Find(string library)
    {
        var file = OperatingSystem.IsWindows() ? $"{library}.dll" : OperatingSystem.IsMacOS() ? $"lib{library}.dylib" : $"lib{library}.so";
        var folders = AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "";
        return folders
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Append(AppContext.BaseDirectory)
            .Select(folder => Path.Combine(folder, file))
            .FirstOrDefault(File.Exists) ?? throw LibraryFailure.Missing(file, RuntimeInformation.RuntimeIdentifier);
    }
}
