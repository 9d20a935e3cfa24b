using System.Runtime.InteropServices;
using System.Runtime.Loader;
using System.Security.Cryptography;

namespace Mnist.Distributed.Training.Native;

/// <summary>
/// TorchSharp's native bridge on systems whose libstdc++ is older than GCC 13's (Debian 12, Ubuntu 22.04). The bridge demands symbol
/// version GLIBCXX_3.4.32 for a single marker that nothing calls, so the dynamic loader refuses it. A copy in which that
/// demand is weak loads and runs. Only asked for after the regular load has failed.
/// </summary>
public static class TorchBridge
{
    private const string Name = "LibTorchSharp";
    private const string FileName = $"lib{Name}.so";
    private const string Marker = "_ZSt21ios_base_library_initv";
    private const string MarkerVersion = "GLIBCXX_3.4.32";

    /// <summary>Makes the runtime load the mended copy where it fails to load the bridge itself.</summary>
    public static void Register() => AssemblyLoadContext.Default.ResolvingUnmanagedDll += (_, name) => name == Name ? LoadForOldLibStdCxx() : 0;

    /// <summary>Loads the mended copy.</summary>
    /// <returns>The library's handle, or 0 where this remedy does not apply.</returns>
    private static nint LoadForOldLibStdCxx()
    {
        if (!OperatingSystem.IsLinux() || HasMarker() || FindLibrary() is not { } original)
        {
            return 0;
        }

        // The copy lies elsewhere, so what it needs is loaded from beside the original first.
        NativeLibrary.Load(Path.Combine(Path.GetDirectoryName(original)!, "libtorch.so"));
        return NativeLibrary.Load(MendedCopy(original));
    }

    private static bool HasMarker() =>
        NativeLibrary.TryLoad("libstdc++.so.6", out var libstdcxx) && NativeLibrary.TryGetExport(libstdcxx, Marker, out _);

    private static string? FindLibrary()
    {
        var folders = AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "";
        return folders
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Append(AppContext.BaseDirectory)
            .Select(folder => Path.Combine(folder, FileName))
            .FirstOrDefault(File.Exists);
    }

    private static string MendedCopy(string original)
    {
        var image = File.ReadAllBytes(original);
        var digest = Convert.ToHexStringLower(SHA256.HashData(image))[..16];
        var folder = Path.Combine(UserFolders.Cache, "native", digest);
        var copy = Path.Combine(folder, FileName);
        if (File.Exists(copy) && new FileInfo(copy).Length == image.Length)
        {
            return copy;
        }

        ElfVersionNeeds.MakeWeak(image, MarkerVersion);
        Directory.CreateDirectory(folder);
        var temporary = $"{copy}.{Environment.ProcessId}";
        File.WriteAllBytes(temporary, image);
        File.Move(temporary, copy, overwrite: true);
        return copy;
    }
}
