using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using Mnist.Distributed.Contracts;
using TorchSharp;

namespace Mnist.Distributed.Training.Native;

/// <summary>
/// Loads libtorch with two settings. One thread per operator keeps the bits of a result the same on
/// every machine. A C allocator that keeps freed memory, instead of giving it back to the kernel at
/// every step, saves time.
/// </summary>
public static partial class LibTorch
{
    private const int MallocTrimThreshold = -1;
    private const int MallocMmapThreshold = -3;
    private const int KeepBelowBytes = 1_000_000_000;

    private static readonly Lazy<bool> Loaded = new(Load);

    /// <summary>
    /// The fingerprint of this process: build, libtorch, processor architecture, vector width,
    /// multiply-add, and operating system, because mathematical functions differ. All silos of a
    /// run must have equal fingerprints, because the bits depend on these.
    /// </summary>
    public static string Fingerprint
    {
        get
        {
            EnsureLoaded();
            var build = typeof(LibTorch).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;
            var instructions = Vector512.IsHardwareAccelerated ? "512" : Vector256.IsHardwareAccelerated ? "256" : "128";
            var fused = Fma.IsSupported || AdvSimd.IsSupported ? "fused" : "separate";
            var system = OperatingSystem.IsLinux() ? "Linux" : OperatingSystem.IsMacOS() ? "macOS" : OperatingSystem.IsWindows() ? "Windows" : "another system";
            return $"build {build}; libtorch {torch.__version__}; {RuntimeInformation.ProcessArchitecture} vectors of {instructions} bits, {fused} multiply-add; {system}; 1 thread per operator";
        }
    }

    /// <summary>Loads the native libraries once. Call it before the first tensor is made.</summary>
    /// <exception cref="InvalidInputException">The libraries cannot be loaded.</exception>
    public static void EnsureLoaded() => _ = Loaded.Value;

    /// <summary>
    /// Refuses a TorchSharp whose methods are compiled with optimisation. Their arguments may then
    /// be finalized while native code reads them. The project's own networks avoid such arguments,
    /// but the code of a module does not.
    /// </summary>
    /// <exception cref="InvalidInputException">The program has such a TorchSharp.</exception>
    public static void RequireSafeTorchSharp() => InvalidInputException.Require(
        typeof(torch).Assembly.GetCustomAttribute<DebuggableAttribute>() is { IsJITOptimizerDisabled: true },
        "TorchSharp.dll in this program's folder is the original one, with which modules may compute wrong values: build the program with the targets of the package Mnist.Distributed, which change it.");

    /// <summary>Makes the operators that this thread calls run on this thread only.</summary>
    public static void UseOneThread() => torch.set_num_threads(1);

    private static bool Load()
    {
        if (!OperatingSystem.IsWindows())
        {
            SetEnvironment("OMP_NUM_THREADS", "1", 1);
            SetEnvironment("MKL_NUM_THREADS", "1", 1);
        }

        if (OperatingSystem.IsLinux() && NativeLibrary.TryLoad("libc.so.6", out var libc) && NativeLibrary.TryGetExport(libc, "mallopt", out _))
        {
            SetMallocOption(MallocMmapThreshold, KeepBelowBytes);
            SetMallocOption(MallocTrimThreshold, KeepBelowBytes);
        }

        _ = TorchLibraries.Load();
        torch.InitializeDeviceType(DeviceType.CPU);
        UseOneThread();
        return true;
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);

    [LibraryImport("libc.so.6", EntryPoint = "mallopt")]
    private static partial int SetMallocOption(int option, int value);
}
