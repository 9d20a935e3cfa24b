using System.Runtime.InteropServices;
using System.Text;
using Mnist.Distributed.Contracts;

namespace Mnist.Distributed.Training.Files;

/// <summary>
/// Writes files atomically: a file is there in full or not at all. The bytes go to a temporary file
/// in the same folder and are flushed to the disk. The temporary file is then renamed over the
/// target, and the folder is flushed too, so that the rename survives a power cut. No reader, and
/// no other process that writes the same file, ever sees half of it. A link in the place of the
/// target is replaced, not followed.
/// </summary>
public static partial class AtomicFile
{
    private const int ReadOnly = 0;

    /// <summary>Creates or replaces a file. Missing folders are made.</summary>
    /// <param name="path">The target.</param>
    /// <param name="write">Writes the contents. If it throws, the target stays as it was.</param>
    /// <param name="isPrivate">Whether only this user may read the file.</param>
    /// <exception cref="InvalidInputException">The file cannot be written there.</exception>
    public static void Write(string path, Action<Stream> write, bool isPrivate = false)
    {
        WriteUnflushed(path, stream =>
        {
            write(stream);
            stream.Flush(flushToDisk: true);
        }, isPrivate);
        Remember(Path.GetDirectoryName(Path.GetFullPath(path))!);
    }

    /// <summary>
    /// Creates or replaces a file, so that it survives the end of this process, but not yet a power
    /// cut. <see cref="Flush"/> is to follow.
    /// </summary>
    /// <inheritdoc cref="Write" path="/param" />
    /// <inheritdoc cref="Write" path="/exception" />
    public static void WriteUnflushed(string path, Action<FileStream> write, bool isPrivate = false)
    {
        ArgumentNullException.ThrowIfNull(write);
        if (string.IsNullOrWhiteSpace(path))
        {
            throw new InvalidInputException("The name of the file to write is empty: give one.");
        }

        string target = Path.GetFullPath(path);
        string folder = Path.GetDirectoryName(target) ?? target;
        string temporary = Path.Combine(folder, $".{Path.GetFileName(target)}.{Guid.NewGuid():n}.tmp");
        try
        {
            Directory.CreateDirectory(folder);
            WriteAndRename(temporary, target, write, isPrivate);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"{target} cannot be written ({e.Message.TrimEnd('.')}): "
                + "choose a folder that is writable and has space.", e);
        }
    }

    /// <summary>Makes a file that has been written survive a power cut.</summary>
    /// <exception cref="IOException">The disk does not take it.</exception>
    public static void Flush(string path)
    {
        using (var written = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete))
        {
            RandomAccess.FlushToDisk(written);
        }

        Remember(Path.GetDirectoryName(Path.GetFullPath(path))!);
    }

    /// <summary>The same as <see cref="Write"/> with text, in UTF-8.</summary>
    /// <param name="path">The target.</param>
    /// <param name="text">The contents.</param>
    /// <param name="isPrivate">Whether only this user may read the file.</param>
    /// <exception cref="InvalidInputException">The file cannot be written there.</exception>
    public static void WriteText(string path, string text, bool isPrivate = false) => Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)), isPrivate);

    private static void WriteAndRename(string temporary, string target, Action<FileStream> write, bool isPrivate)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
        if (isPrivate && !OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        try
        {
            using (var stream = new FileStream(temporary, options))
            {
                write(stream);
            }

            File.Move(temporary, target, overwrite: true);
        }
        finally
        {
            // After the rename no file has this name, and deleting a file that does not exist is no
            // error.
            File.Delete(temporary);
        }
    }

    /// <summary>
    /// Flushes a folder's list of files to the disk. On a file system that cannot do this the file
    /// is in its place all the same, so a failure is ignored.
    /// </summary>
    private static void Remember(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var descriptor = Open(folder, ReadOnly);
        if (descriptor >= 0)
        {
            _ = Synchronize(descriptor);
            _ = Close(descriptor);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    private static partial int Synchronize(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
