using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Mnist.Distributed.Contracts;

namespace Mnist.Distributed.Training.Files;

/// <summary>
/// Refuses files that another user may have written, and which decide what this program does: keys,
/// authorities, options, code, databases. A trusted file belongs to this user or to root, nobody
/// else may write to it, and the same holds for its folder. On Windows nothing is checked.
/// </summary>
/// <remarks>
/// <para>A group counts as others, unless it is this user's own (<see cref="OwnGroup"/>).</para>
/// <para>
/// In a folder with the sticky bit, such as the temporary folder, users can replace only what is
/// theirs. So a trusted file may lie there, unless the files beside it are used too.
/// </para>
/// <para>
/// A link is checked where it is and where it leads. In a secret of Kubernetes, the files are links
/// of root in a folder with the sticky bit, and lead to a folder that only root may change.
/// </para>
/// <para>
/// Folders further up are not looked at: who may write there can put another folder in the place,
/// but what is in that one belongs to somebody else. And volumes of pods are open to all at their
/// top, so such a rule would refuse everything in them.
/// </para>
/// </remarks>
public static partial class TrustedFile
{
    private const uint Root = 0;

    /// <summary>The longest path of Linux and macOS, in bytes.</summary>
    private const int PathBytes = 4096;

    /// <summary>Refuses a file that is not trusted, or whose folder is not.</summary>
    /// <param name="path">The file. It has been read already, or exists.</param>
    /// <param name="usesItsFolder">
    /// Whether files beside it are used that are not checked, as those of a program are.
    /// </param>
    /// <exception cref="InvalidInputException">
    /// Another user owns the file or its folder, or may write there.
    /// </exception>
    public static void Require(string path, bool usesItsFolder = false)
    {
        if (!OperatingSystem.IsWindows())
        {
            Check(Path.GetFullPath(path), usesItsFolder);
        }
    }

    /// <summary>
    /// Refuses a file or a folder that is not trusted, whatever folder it is in. One that is not
    /// there is not refused.
    /// </summary>
    /// <param name="path">The file or the folder.</param>
    /// <exception cref="InvalidInputException">
    /// Another user owns it, or may write to it.
    /// </exception>
    public static void RequireOwn(string path)
    {
        if (!OperatingSystem.IsWindows())
        {
            CheckIfThere(path);
        }
    }

    [UnsupportedOSPlatform("windows")]
    private static void Check(string path, bool usesItsFolder)
    {
        try
        {
            var place = Resolve(path);
            CheckItself(path);
            CheckFolder(path, usesItsFolder: false);
            CheckFolder(place, usesItsFolder);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Unknown(path, failure);
        }
    }

    [UnsupportedOSPlatform("windows")]
    private static void CheckIfThere(string path)
    {
        try
        {
            CheckItself(path);
        }
        catch (Exception gone) when (gone is FileNotFoundException or DirectoryNotFoundException)
        {
            // Nobody has written what is not there.
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Unknown(path, failure);
        }
    }

    /// <summary>Checks a file or a folder and, if it is a link, its target too.</summary>
    [UnsupportedOSPlatform("windows")]
    private static void CheckItself(string path)
    {
        var name = Printable.Of(path);
        InvalidInputException.Require(
            IsTrusted(FileOwner.Of(path, follow: false)) && IsTrusted(FileOwner.Of(path, follow: true)),
            $"{name} belongs to another user, who can change it: copy it to a folder of your own, or give it to this user with 'chown'.");
        InvalidInputException.Require(
            !OthersMayWrite(path),
            $"Other users may write to {name}: take that right from them with 'chmod go-w {name}', or use a copy in a folder of your own.");
    }

    /// <summary>Checks the folder of a file. The owner of the file is trusted.</summary>
    [UnsupportedOSPlatform("windows")]
    private static void CheckFolder(string path, bool usesItsFolder)
    {
        if (Path.GetDirectoryName(path) is not { } folder)
        {
            return;
        }

        var (name, of) = (Printable.Of(folder), Printable.Of(path));
        InvalidInputException.Require(
            IsTrusted(FileOwner.Of(folder, follow: true)), $"The folder {name} belongs to another user, who can replace {of}: copy the file to a folder of your own.");
        var keepsOwners = !usesItsFolder && (File.GetUnixFileMode(folder) & UnixFileMode.StickyBit) != 0;
        InvalidInputException.Require(
            keepsOwners || !OthersMayWrite(folder),
            $"Other users may write to the folder {name} of {of}: take that right from them with 'chmod go-w {name}', or copy the file to a folder of your own.");
    }

    [UnsupportedOSPlatform("windows")]
    private static bool IsTrusted(uint owner) => owner == Root || owner == FileOwner.Me;

    [UnsupportedOSPlatform("windows")]
    private static bool OthersMayWrite(string path)
    {
        var mode = File.GetUnixFileMode(path);
        return (mode & UnixFileMode.OtherWrite) != 0 || ((mode & UnixFileMode.GroupWrite) != 0 && !OwnGroup.Is(FileOwner.GroupOf(path)));
    }

    private static InvalidInputException Unknown(string path, Exception failure) =>
        new($"It cannot be told who may write to {Printable.Of(path)} ({Printable.Of(failure.Message.TrimEnd('.'))}): use a copy in a folder of your own.", failure);

    /// <summary>The path of a file without links.</summary>
    private static unsafe string Resolve(string path)
    {
        var place = stackalloc byte[PathBytes];
        return RealPath(path, place) != 0
            ? Marshal.PtrToStringUTF8((nint)place)!
            : throw new IOException($"The file cannot be found (error {Marshal.GetLastPInvokeError()}).");
    }

    [LibraryImport("libc", EntryPoint = "realpath", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static unsafe partial nint RealPath(string path, byte* place);
}
