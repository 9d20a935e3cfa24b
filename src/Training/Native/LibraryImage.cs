using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Training.Files;

namespace Mnist.Distributed.Training.Native;

/// <summary>
/// Loads a library from bytes that this process has just made. They are in memory that has no name and cannot be changed any more (Linux: memfd_create(2), sealed), so
/// there is nothing on a disk that somebody else could have written. Where the system runs no programs from such memory, they go through a file in a folder that is the
/// user's alone, made anew for each process and deleted once it is loaded: none is ever found there and trusted.
/// </summary>
[SupportedOSPlatform("linux")]
internal static partial class LibraryImage
{
    private const uint CloseOnExec = 1, AllowSealing = 2, Executable = 16;
    private const int AddSeals = 1033, AllSeals = 1 | 2 | 4 | 8;

    /// <summary>
    /// The loader knows a library by the path it was loaded from, which here is a descriptor's: were it closed, another library under the same number would be taken for it.
    /// </summary>
    private static readonly ConcurrentBag<SafeFileHandle> Kept = [];

    /// <summary>Loads the library.</summary>
    /// <param name="image">The library.</param>
    /// <param name="name">What it is called where the process's memory is listed.</param>
    /// <exception cref="InvalidInputException">There is no place to load it from.</exception>
    public static nint Load(byte[] image, string name) => TryInMemory(image, name) is { } loaded and not 0
        ? loaded
        : InFolder(image, name, Path.Combine(UserFolders.Cache, "native"));

    /// <summary>Loads the library from memory.</summary>
    /// <returns>Its handle, or 0 where the system does not do that.</returns>
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

    /// <summary>Loads the library through a file.</summary>
    /// <param name="image">The library.</param>
    /// <param name="name">What it is called where the process's memory is listed.</param>
    /// <param name="folder">The folder; made private.</param>
    /// <exception cref="InvalidInputException">The folder cannot be used.</exception>
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

    /// <summary>Where the memory may be made without leave to run programs from it, such leave is asked for; systems before Linux 6.3 do not know the question.</summary>
    private static SafeFileHandle MakeMemory(string name)
    {
        var memory = new SafeFileHandle(CreateMemoryFile(name, CloseOnExec | AllowSealing | Executable), ownsHandle: true);
        return memory.IsInvalid ? new SafeFileHandle(CreateMemoryFile(name, CloseOnExec | AllowSealing), ownsHandle: true) : memory;
    }

    /// <summary>The very file that was written, whatever has happened to its name.</summary>
    private static string PathOf(SafeFileHandle file) => $"/proc/self/fd/{file.DangerousGetHandle()}";

    [LibraryImport("libc", EntryPoint = "memfd_create", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int CreateMemoryFile(string name, uint flags);

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int Control(SafeFileHandle file, int command, int argument);
}
