using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Mnist.Distributed.Training.Files;

/// <summary>
/// Tells who owns a file, which .NET does not tell. It calls statx(2) on Linux, and lstat(2) and
/// stat(2) on macOS.
/// </summary>
[UnsupportedOSPlatform("windows")]
internal static partial class FileOwner
{
    private const int CurrentFolder = -100, NoFollow = 0x100;
    private const uint OwnerAndMode = 1 | 2 | 8;

    /// <summary>The id of the effective user of this process.</summary>
    public static uint Me => EffectiveUser();

    /// <summary>The id of the user who owns a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="follow">Whether a link stands for its target, instead of for itself.</param>
    /// <exception cref="IOException">The system does not tell the owner.</exception>
    public static unsafe uint Of(string path, bool follow)
    {
        // Longer than the stat structures of Linux and macOS. On each of the two systems the first
        // fields lie at the same places on every processor.
        var status = stackalloc byte[512];
        var failed = OperatingSystem.IsLinux()
            ? StatX(CurrentFolder, path, follow ? 0 : NoFollow, OwnerAndMode, status)
            : follow ? Stat(path, status) : LStat(path, status);
        return failed == 0
            ? *(uint*)(status + (OperatingSystem.IsLinux() ? 20 : 16))
            : throw new IOException($"The owner of {path} cannot be found (error {Marshal.GetLastPInvokeError()}).");
    }

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint EffectiveUser();

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static unsafe partial int StatX(int folder, string path, int flags, uint mask, byte* status);

    [LibraryImport("libc", EntryPoint = "stat", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static unsafe partial int Stat(string path, byte* status);

    [LibraryImport("libc", EntryPoint = "lstat", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static unsafe partial int LStat(string path, byte* status);
}
