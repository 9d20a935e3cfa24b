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
    private const int NoSuchFile = 2, NotAFolder = 20;
    private const uint OwnersAndMode = 1 | 2 | 8 | 16;

    /// <summary>The id of the effective user of this process.</summary>
    public static uint Me => EffectiveUser();

    /// <summary>The id of the user who owns a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="follow">Whether a link stands for its target, instead of for itself.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="IOException">The system does not tell the owner.</exception>
    public static uint Of(string path, bool follow) => Read(path, follow).User;

    /// <summary>The id of the group of a file. A link stands for its target.</summary>
    /// <param name="path">The file.</param>
    /// <inheritdoc cref="Of" path="/exception"/>
    public static uint GroupOf(string path) => Read(path, follow: true).Group;

    private static unsafe (uint User, uint Group) Read(string path, bool follow)
    {
        // Longer than the stat structures of Linux and macOS. On each of the two systems the first
        // fields lie at the same places on every processor.
        var status = stackalloc byte[512];
        var failed = OperatingSystem.IsLinux()
            ? StatX(CurrentFolder, path, follow ? 0 : NoFollow, OwnersAndMode, status)
            : follow ? Stat(path, status) : LStat(path, status);
        if (failed != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            var sentence = $"The owner of {path} cannot be found (error {error}).";
            throw error is NoSuchFile or NotAFolder ? new FileNotFoundException(sentence) : new IOException(sentence);
        }

        var ids = (uint*)(status + (OperatingSystem.IsLinux() ? 20 : 16));
        return (ids[0], ids[1]);
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
