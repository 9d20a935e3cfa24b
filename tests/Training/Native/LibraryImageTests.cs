using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Tests.Training.Files;
using Mnist.Distributed.Training.Native;
using Xunit;

namespace Mnist.Distributed.Tests.Training.Native;

/// <summary>
/// The two ways to load a library from bytes. The tests use a library that can be loaded twice
/// without harm.
/// </summary>
[SupportedOSPlatform("linux")]
public sealed class LibraryImageTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public LibraryImageTests() => Assert.SkipUnless(OperatingSystem.IsLinux(), "Libraries are loaded as they are here.");

    private static byte[] Image => File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "libe_sqlite3.so"));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_library_is_loaded_from_memory()
    {
        Works(LibraryImage.TryInMemory(Image, "in-memory-test"));
        Assert.Contains(File.ReadLines("/proc/self/maps"), line => line.Contains("memfd:in-memory-test", StringComparison.Ordinal));
    }

    /// <summary>The loader takes libraries from one path for one library.</summary>
    [Fact]
    public void Libraries_that_are_loaded_one_after_the_other_are_two()
    {
        var one = LibraryImage.TryInMemory(Image, "one");
        var two = LibraryImage.InFolder(Image, "two", _folder["native"]);
        Works(one);
        Works(two);
        Assert.NotEqual(one, two);
    }

    [Fact]
    public void A_library_is_loaded_through_a_folder_that_is_closed_and_left_empty()
    {
        var folder = _folder["cache/native"];
        Works(LibraryImage.InFolder(Image, "in-folder-test", folder));
        Assert.Empty(_folder.Files);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(folder));
    }

    /// <summary>The old place of the mended library, filled as by another user.</summary>
    [Fact]
    public void What_lies_in_the_folder_is_never_loaded()
    {
        var planted = _folder.Write("native/libplanted.so", Image);
        Works(LibraryImage.InFolder(Image, "libplanted.so", _folder["native"]));
        Assert.DoesNotContain(File.ReadLines("/proc/self/maps"), line => line.EndsWith(planted, StringComparison.Ordinal));
    }

    [Fact]
    public void A_damaged_image_is_a_sentence()
    {
        Assert.Equal(0, LibraryImage.TryInMemory(new byte[1000], "zeros"));
        Assert.Contains("XDG_CACHE_HOME", Assert.Throws<InvalidInputException>(() => LibraryImage.InFolder(new byte[1000], "zeros", _folder["native"])).Message);
        Assert.Empty(_folder.Files);
    }

    [Fact]
    public void A_folder_that_cannot_be_is_a_sentence()
    {
        var file = _folder.Write("file", [1]);
        Assert.Contains("XDG_CACHE_HOME", Assert.Throws<InvalidInputException>(() => LibraryImage.InFolder(Image, "any", file)).Message);
    }

    private static void Works(nint library)
    {
        Assert.NotEqual(0, library);
        Assert.True(NativeLibrary.TryGetExport(library, "sqlite3_libversion", out _));
    }
}
