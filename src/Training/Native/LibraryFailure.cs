using System.Runtime.InteropServices;
using Mnist.Distributed.Contracts;

namespace Mnist.Distributed.Training.Native;

/// <summary>
/// Makes the sentence that tells the user why a native library cannot be used, and what to do.
/// </summary>
internal static class LibraryFailure
{
    private static readonly string[] Platforms = ["linux-x64", "osx-arm64", "win-x64"];

    /// <summary>
    /// The sentence for a file that is missing, or for a system without libtorch.
    /// </summary>
    public static InvalidInputException Missing(string file) => new(IsServed(RuntimeInformation.RuntimeIdentifier)
        ? $"{file}, a part of libtorch, is missing in {AppContext.BaseDirectory}: build or install the program again."
        : $"There is no libtorch for this system ({RuntimeInformation.RuntimeIdentifier}): use Linux or Windows on an x64 processor, or macOS on an Apple one.");

    /// <summary>The sentence for a file that differs from the one that was built.</summary>
    public static InvalidInputException Damaged(string path) => new($"{path}, a part of libtorch, is damaged: build or install the program again.");

    /// <summary>The sentence for a file that the system's loader refuses.</summary>
    public static InvalidInputException Of(string path, Exception failure)
    {
        var reason = ReasonOf(failure.Message);
        var remedy = reason.Contains("GLIBC", StringComparison.Ordinal) || reason.Contains("CXXABI", StringComparison.Ordinal)
            ? "the C or C++ library of this system, or one that LD_LIBRARY_PATH names, is too old for libtorch"
            : "build or install the program again, and unset LD_LIBRARY_PATH if it is set";
        return new InvalidInputException($"{path}, a part of libtorch, cannot be loaded ({reason}): {remedy}.", failure);
    }

    /// <summary>
    /// The loader's own message. The runtime puts it last, after advice of the runtime's own.
    /// </summary>
    internal static string ReasonOf(string message) => message
        .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        .LastOrDefault("the loader gives no reason")
        .TrimEnd('.');

    private static bool IsServed(string platform) =>
        Platforms.Contains(platform) || (OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64 && !platform.Contains("musl", StringComparison.Ordinal));
}
