using System.Runtime.InteropServices;

namespace Mnist.Distributed.Training.Files;

/// <summary>The access rights of the files of this process.</summary>
public static partial class PrivateFiles
{
    private const uint GroupAndOthers = 0b000_111_111;

    /// <summary>
    /// Lets only this user access the files that the process creates from now on, because stores
    /// and the folders of runs contain weights.
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
