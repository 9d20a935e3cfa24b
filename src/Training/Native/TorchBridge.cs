using System.Runtime.InteropServices;

namespace Mnist.Distributed.Training.Native;

/// <summary>
/// Makes TorchSharp's native bridge loadable on systems whose libstdc++ is older than that of GCC
/// 13 (Debian 12, Ubuntu 22.04). The bridge demands the symbol version GLIBCXX_3.4.32 for a single
/// marker that nothing calls, and so the dynamic loader refuses it. An image in which this demand
/// is weak loads and runs.
/// </summary>
internal static class TorchBridge
{
    private const string Marker = "_ZSt21ios_base_library_initv";
    private const string MarkerVersion = "GLIBCXX_3.4.32";

    /// <summary>Makes an image of the bridge that this system can load.</summary>
    /// <param name="path">The bridge as it was built.</param>
    /// <returns>The image to load, or null if the system can load the file itself.</returns>
    /// <exception cref="Contracts.InvalidInputException">The file is damaged.</exception>
    public static byte[]? Mend(string path)
    {
        if (HasMarker())
        {
            return null;
        }

        try
        {
            var image = File.ReadAllBytes(path);
            return ElfFile.IsWhole(image) && ElfVersionNeeds.MakeWeak(image, MarkerVersion) > 0 ? image : null;
        }
        catch (InvalidDataException)
        {
            throw LibraryFailure.Damaged(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw LibraryFailure.Of(path, failure);
        }
    }

    private static bool HasMarker() =>
        NativeLibrary.TryLoad("libstdc++.so.6", out var libstdcxx) && NativeLibrary.TryGetExport(libstdcxx, Marker, out _);
}
