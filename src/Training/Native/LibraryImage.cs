using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Training.Files;

namespace Mnist.Distributed.Training.Native;

/// <summary>
/// Loads a library from bytes that this process has just made. The bytes are in memory that has no
/// name and cannot be changed any more (memfd_create(2), sealed), so nobody else can write to them.
/// Some systems run no programs from such memory. There the bytes go to a new file in a private
/// folder, and the file is deleted after it is loaded. An existing file is never loaded.
/// </summary>
[SupportedOSPlatform("linux")]
internal static partial class LibraryImage
{
    private const uint CloseOnExec = 1, AllowSealing = 2, Executable = 16;
    private const int AddSeals = 1033, AllSeals = 1 | 2 | 4 | 8;

    /// <summary>
    /// Keeps the descriptors open. The loader knows a library by its path, and here the path names
    /// a descriptor. If the descriptor were closed, the loader would take a later library under the
    /// same number for this one.
    /// </summary>
    private static readonly ConcurrentBag<SafeFileHandle> Kept = [];

    /// <summary>Loads a library.</summary>
    /// <param name="image">The bytes of the library.</param>
    /// <param name="name">The name in the list of the process's memory.</param>
    /// <returns>The handle of the library.</returns>
    /// <exception cref="InvalidInputException">The system loads it neither way.</exception>
    public static nint Load(byte[] image, string name) => TryInMemory(image, name) is { } loaded and not 0
        ? loaded
        : InFolder(image, name, Path.Combine(UserFolders.Cache, "native"));

    /// <summary>Loads a library from memory.</summary>
    /// <param name="image">The bytes of the library.</param>
    /// <param name="name">The name in the list of the process's memory.</param>
    /// <returns>The handle of the library, or 0 if the system does not load it from
    /// memory.</returns>
    internal static nint TryInMemory(byte[] image, string name)
    {
        try
        {
            var memory = MakeMemory(name);
            if (memory.IsInvalid)
            {
                return 0;
            }

            RandomAccess.Write(memory, image, 0);
            if (Control(memory, AddSeals, AllSeals) == 0 && NativeLibrary.TryLoad(PathOf(memory), out var library))
            {
                Kept.Add(memory);
                return library;
            }

            memory.Dispose();
            return 0;
        }
        catch (IOException)
        {
            return 0;
        }
    }

    /// <summary>Loads a library through a file.</summary>
    /// <param name="image">The bytes of the library.</param>
    /// <param name="name">The end of the file's name.</param>
    /// <param name="folder">The folder of the file; made private.</param>
    /// <returns>The handle of the library.</returns>
    /// <exception cref="InvalidInputException">
    /// The folder cannot be used, or the system loads nothing from it.
    /// </exception>
    internal static nint InFolder(byte[] image, string name, string folder)
    {
        const string Remedy = "set XDG_CACHE_HOME to a folder with some megabytes of space from which programs may be run";
        try
        {
            var path = Path.Combine(PrivateFolder.Make(folder), $"{Guid.NewGuid():n}-{name}");
            var file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite);
            try
            {
                RandomAccess.Write(file, image, 0);
                var library = NativeLibrary.Load(PathOf(file));
                Kept.Add(file);
                return library;
            }
            catch
            {
                file.Dispose();
                throw;
            }
            finally
            {
                File.Delete(path);
            }
        }
        catch (DllNotFoundException failure)
        {
            throw new InvalidInputException($"A part of libtorch cannot be loaded from {folder} ({LibraryFailure.ReasonOf(failure.Message)}): {Remedy}.", failure);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"A part of libtorch cannot be written to {folder} ({failure.Message.TrimEnd('.')}): {Remedy}.", failure);
        }
    }

    /// <summary>
    /// Makes the memory. Where the default forbids to run programs from such memory, the flag
    /// MFD_EXEC asks for the permission. Systems before Linux 6.3 do not know this flag.
    /// </summary>
    private static SafeFileHandle MakeMemory(string name)
    {
        var memory = new SafeFileHandle(CreateMemoryFile(name, CloseOnExec | AllowSealing | Executable), ownsHandle: true);
        return memory.IsInvalid ? new SafeFileHandle(CreateMemoryFile(name, CloseOnExec | AllowSealing), ownsHandle: true) : memory;
    }

    /// <summary>
    /// A path that leads to the file that was written, even if another file has its name by now.
    /// </summary>
    private static string PathOf(SafeFileHandle file) => $"/proc/self/fd/{file.DangerousGetHandle()}";

    [LibraryImport("libc", EntryPoint = "memfd_create", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int CreateMemoryFile(string name, uint flags);

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int Control(SafeFileHandle file, int command, int argument);
}
