using Mnist.Distributed.Tests.Training.Files;
using Mnist.Distributed.Training.Native;
using Xunit;

namespace Mnist.Distributed.Tests.Training.Native;

/// <summary>The runtime's own libraries, whole and damaged.</summary>
public sealed class ElfFileTests
{
    private readonly byte[] _library;

    public ElfFileTests()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Libraries have another format here.");
        _library = File.ReadAllBytes(SystemLibrary);
    }

    /// <summary>A small library that needs nothing but the C library.</summary>
    internal static string SystemLibrary => Path.Combine(System.Runtime.InteropServices.RuntimeEnvironment.GetRuntimeDirectory(), "libSystem.Native.so");

    [Fact]
    public void Libraries_as_they_were_built_are_whole()
    {
        Assert.True(ElfFile.IsWhole(_library));
        Assert.All(Directory.EnumerateFiles(System.Runtime.InteropServices.RuntimeEnvironment.GetRuntimeDirectory(), "*.so"), path => Assert.True(ElfFile.IsWhole(path), path));
        Assert.All(Directory.EnumerateFiles(AppContext.BaseDirectory, "lib*.so"), path => Assert.True(ElfFile.IsWhole(path), path));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(4096)]
    public void A_library_that_is_cut_off_is_not(int length)
    {
        Assert.False(ElfFile.IsWhole(_library[..length]));
        Assert.False(ElfFile.IsWhole(_library[..^1]));
        using var folder = new TemporaryFolder();
        Assert.False(ElfFile.IsWhole(folder.Write("cut", _library.AsSpan(0, _library.Length - length - 1))));
    }

    [Fact]
    public void A_library_of_which_half_is_zeros_is_not()
    {
        var half = _library.Length / 2;
        Assert.False(ElfFile.IsWhole([.. _library[..half], .. new byte[_library.Length - half]]));
        Assert.False(ElfFile.IsWhole([.. new byte[half], .. _library[half..]]));
    }

    [Fact]
    public void What_is_not_there_or_no_file_is_not()
    {
        using var folder = new TemporaryFolder();
        Assert.False(ElfFile.IsWhole(folder["nothing"]));
        Assert.False(ElfFile.IsWhole(folder.Path));
    }
}
