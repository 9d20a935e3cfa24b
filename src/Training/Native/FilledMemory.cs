using System.Runtime.InteropServices;

namespace Mnist.Distributed.Training.Native;

/// <summary>
/// Makes the C library fill all memory that it gives out with one byte, until the object is
/// disposed. Memory without a value then shows. Does nothing where the C library is not glibc.
/// </summary>
internal readonly partial struct FilledMemory : IDisposable
{
    private const int Perturb = -6;

    private static readonly bool IsAvailable =
        OperatingSystem.IsLinux() && NativeLibrary.TryLoad("libc.so.6", out var libc) && NativeLibrary.TryGetExport(libc, "mallopt", out _);

    /// <summary>Starts to fill memory.</summary>
    /// <param name="value">The byte; the C library writes its complement.</param>
    public FilledMemory(byte value)
    {
        if (IsAvailable)
        {
            SetMallocOption(Perturb, value);
        }
    }

    /// <summary>Memory is given out as it is again.</summary>
    public void Dispose()
    {
        if (IsAvailable)
        {
            SetMallocOption(Perturb, 0);
        }
    }

    [LibraryImport("libc.so.6", EntryPoint = "mallopt")]
    private static partial int SetMallocOption(int option, int value);
}
