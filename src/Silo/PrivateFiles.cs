using System.Runtime.InteropServices;

namespace Mnist.Distributed.Silo;

/// <summary>The access rights of the files of this process.</summary>
internal static partial class PrivateFiles
{
    private const uint GroupAndOthers = 0b000_111_111;

    /// <summary>
    /// Lets only this user access the files that the process creates from now on, because the store
    /// of a silo contains weights.
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
