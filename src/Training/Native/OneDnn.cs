using System.Runtime.InteropServices;

namespace Mnist.Distributed.Training.Native;

/// <summary>
/// Makes libtorch compute convolutions without oneDNN. The oneDNN 3.7.1 of libtorch 2.10 pads
/// channels to blocks of 8 or 16 and, on some processors, copies padded tensors wrongly. Gradients
/// were then wrong by half of their size, had NaNs, or differed from run to run. libtorch's own
/// convolutions are matrix products.
/// </summary>
internal static class OneDnn
{
    /// <summary>
    /// The functions <c>at::globalContext()</c> and <c>at::Context::setUserEnabledMkldnn(bool)</c>
    /// as compilers name them. TorchSharp does not have them.
    /// </summary>
    private static readonly (string Context, string Enable) Names = OperatingSystem.IsWindows()
        ? ("?globalContext@at@@YAAEAVContext@1@XZ", "?setUserEnabledMkldnn@Context@at@@QEAAX_N@Z")
        : ("_ZN2at13globalContextEv", "_ZN2at7Context20setUserEnabledMkldnnEb");

    /// <summary>Switches oneDNN off, for this process.</summary>
    /// <param name="core">Handle of libtorch's library <c>torch_cpu</c>.</param>
    /// <exception cref="EntryPointNotFoundException">It is another libtorch.</exception>
    public static unsafe void SwitchOff(nint core)
    {
        var context = (delegate* unmanaged<nint>)NativeLibrary.GetExport(core, Names.Context);
        var enable = (delegate* unmanaged<nint, byte, void>)NativeLibrary.GetExport(core, Names.Enable);
        enable(context(), 0);
    }
}
