using System.Runtime.InteropServices;

namespace Mnist.Distributed.Training.Native;

/// <summary>
/// Makes libtorch fill the memory of every new tensor and buffer with zeros. Without this, the
/// input gradient of a convolution whose output channels are no multiple of 16 depends on old
/// memory: oneDNN pads the channels, leaves the padding as it finds it, and multiplies it by zero
/// weights. Old memory that reads as a NaN then gives a NaN.
/// </summary>
public static class TorchMemory
{
    /// <summary>The variable of libtorch's allocator, and the same as MSVC decorates it.</summary>
    private const string Variable = "FLAGS_caffe2_cpu_allocator_do_zero_fill";
    private const string WindowsVariable = $"?{Variable}@@3_NA";

    /// <summary>Sets the variable in libtorch's library of allocators, for this process.</summary>
    /// <param name="library">Handle of the library <c>c10</c>.</param>
    /// <exception cref="EntryPointNotFoundException">It is another libtorch.</exception>
    public static unsafe void FillWithZeros(nint library) =>
        *(byte*)NativeLibrary.GetExport(library, OperatingSystem.IsWindows() ? WindowsVariable : Variable) = 1;
}
