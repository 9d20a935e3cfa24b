using Mnist.Distributed.Training.Native;
using Xunit;

namespace Mnist.Distributed.Tests.Training.Native;

/// <summary>
/// The sentence for a library that is missing. The oracle is the platforms that TorchSharp has
/// libtorch for.
/// </summary>
public static class LibraryFailureTests
{
    [Theory]
    [InlineData("linux-arm64", false)]
    [InlineData("linux-musl-x64", false)]
    [InlineData("alpine.3.22-x64", false)]
    [InlineData("osx-x64", false)]
    [InlineData("win-arm64", false)]
    [InlineData("linux-x64", true)]
    [InlineData("debian.12-x64", true)]
    [InlineData("win-x64", true)]
    [InlineData("osx-arm64", true)]
    public static void A_platform_without_libtorch_is_told_from_a_file_that_is_missing(string platform, bool isServed)
    {
        var sentence = LibraryFailure.Missing("libtorch.so", platform).Message;
        Assert.Equal(isServed, sentence.Contains("build or install the program again", StringComparison.Ordinal));
        Assert.Equal(!isServed, sentence.Contains($"There is no libtorch for this system ({platform})", StringComparison.Ordinal));
    }
}
