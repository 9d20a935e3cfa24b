using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Mnist.Distributed.Training.Files;

/// <summary>Whose a file is, which .NET does not tell: statx(2) on Linux, lstat(2) and stat(2) on macOS.</summary>
[UnsupportedOSPlatform("windows")]
internal static partial class FileOwner
{
    private const int CurrentFolder = -100, NoFollow = 0x100;
    private const uint OwnerAndMode = 1 | 2 | 8;

    /// <summary>The effective user of this process.</summary>
    public static uint Me => EffectiveUser();

    /// <summary>The user id of the owner of a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="follow">Of a link: whether what it leads to is asked about.</param>
    /// <exception cref="IOException">The system does not tell.</exception>
    public static unsafe uint Of(string path, bool follow)
    {
        // Longer than the structures of both systems, which begin the same on all their processors.
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
