using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Mnist.Distributed.Training.Files;

/// <summary>
/// Groups in which nobody is but this user and root. Many systems give each user a group of their
/// own and leave all their files writable for it (umask 002). To let such a group write is to let
/// the user write.
/// </summary>
[UnsupportedOSPlatform("windows")]
internal static partial class OwnGroup
{
    private const uint Root = 0;

    /// <summary>
    /// Enough for the name and the members of a small group. A larger one is nobody's own.
    /// </summary>
    private const int TextBytes = 4096;

    /// <summary>
    /// Whether a group is root's, or has this user's name and no other members. In a container a
    /// group may have no name; then its number must be the user's, as that of a volume is.
    /// </summary>
    /// <param name="group">The number of the group.</param>
    public static unsafe bool Is(uint group)
    {
        if (group == Root)
        {
            return true;
        }

        // The fields of an entry are name, password, number and members. Each begins where a
        // pointer may begin.
        var entry = stackalloc nint[4];
        var text = stackalloc byte[TextBytes];
        nint found = 0;
        _ = Find(group, entry, text, TextBytes, &found);
        if (found == 0)
        {
            return group == FileOwner.Me;
        }

        var user = Environment.UserName;
        if (Text(entry[0]) != user)
        {
            return false;
        }

        for (var member = (nint*)entry[3]; *member != 0; member++)
        {
            if (Text(*member) != user)
            {
                return false;
            }
        }

        return true;
    }

    private static string? Text(nint place) => Marshal.PtrToStringUTF8(place);

    [LibraryImport("libc", EntryPoint = "getgrgid_r")]
    private static unsafe partial int Find(uint group, nint* entry, byte* text, nint textBytes, nint* found);
}
