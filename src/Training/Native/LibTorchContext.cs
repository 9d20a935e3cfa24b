using System.Runtime.InteropServices;

namespace Mnist.Distributed.Training.Native;

/// <summary>
/// Settings of libtorch that TorchSharp does not have. The functions are members of
/// <c>at::Context</c> and have the names that compilers give them.
/// </summary>
/// <param name="core">Handle of libtorch's library <c>torch_cpu</c>.</param>
internal sealed unsafe class LibTorchContext(nint core)
{
    private readonly nint _context = ((delegate* unmanaged<nint>)Export("?globalContext@at@@YAAEAVContext@1@XZ", "_ZN2at13globalContextEv", core))();

    /// <summary>Whether libtorch may use oneDNN, in this process.</summary>
    public void UseOneDnn(bool value) => Set("?setUserEnabledMkldnn@Context@at@@QEAAX_N@Z", "_ZN2at7Context20setUserEnabledMkldnnEb", value);

    /// <summary>Whether libtorch may use NNPACK, in this process.</summary>
    public void UseNnpack(bool value) => Set("?setUserEnabledNNPACK@Context@at@@QEAAX_N@Z", "_ZN2at7Context20setUserEnabledNNPACKEb", value);

    private void Set(string onWindows, string elsewhere, bool value) =>
        ((delegate* unmanaged<nint, byte, void>)Export(onWindows, elsewhere, core))(_context, value ? (byte)1 : (byte)0);

    private static nint Export(string onWindows, string elsewhere, nint core) =>
        NativeLibrary.GetExport(core, OperatingSystem.IsWindows() ? onWindows : elsewhere);
}
