using Mnist.Distributed.Contracts;

namespace Mnist.Distributed.Training.Native;

/// <summary>
/// Makes the sentence that tells the user why a native library cannot be used, and what to do.
/// </summary>
internal static class LibraryFailure
{
    /// <summary>Systems on x64 processors without libtorch; the last two have musl.</summary>
    private static readonly string[] WithoutLibTorch = ["osx", "musl", "alpine"];

    /// <summary>
    /// The sentence for a file that is missing, or for a system without libtorch.
    /// </summary>
    /// <param name="file">Name of the file.</param>
    /// <param name="platform">
    /// The runtime identifier of this system, such as <c>linux-x64</c>.
    /// </param>
    public static InvalidInputException Missing(string file, string platform) => new(IsServed(platform)
        ? $"{file}, a part of libtorch, is missing in {AppContext.BaseDirectory}: build or install the program again."
        : $"There is no libtorch for this system ({platform}): use Linux or Windows on an x64 processor, or macOS on an Apple one.");

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

    /// <summary>
    /// Whether there is libtorch for a platform. A distribution may have an identifier of its own,
    /// such as <c>debian.12-x64</c>.
    /// </summary>
    private static bool IsServed(string platform) => platform == "osx-arm64"
        || (platform.EndsWith("-x64", StringComparison.Ordinal) && !WithoutLibTorch.Any(other => platform.Contains(other, StringComparison.Ordinal)));
}
