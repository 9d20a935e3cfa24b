using System.Runtime.InteropServices;

namespace Mnist.Distributed.Silo;

/// <summary>Whom the files of this process are for.</summary>
internal static partial class PrivateFiles
{
    private const uint GroupAndOthers = 0b000_111_111;

    /// <summary>
    /// Makes all files from now on for this user alone: a silo's database holds weights.
    /// </summary>
    public static void Use()
    {
        if (!OperatingSystem.IsWindows())
        {
            _ = SetMask(GroupAndOthers);
        }
    }

    [LibraryImport("libc", EntryPoint = "umask")]
    private static partial uint SetMask(uint withheld);
}
