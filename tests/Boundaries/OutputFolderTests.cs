using System.Runtime.InteropServices;

using Xunit;

namespace Mnist.Distributed.Tests.Boundaries;

/// <summary>
/// libtorch has half a gigabyte for each platform, so a program is built with that of its own
/// platform only.
/// </summary>
public sealed class OutputFolderTests
{
    [Fact]
    public void The_output_folder_holds_libtorch_of_this_platform_alone()
    {
        string[] names = ["libtorch_cpu.so", "libtorch_cpu.dylib", "torch_cpu.dll"];
        var mine = RuntimeInformation.IsOSPlatform(OSPlatform.Windows) ? names[2] : RuntimeInformation.IsOSPlatform(OSPlatform.OSX) ? names[1] : names[0];

        var found = Directory.EnumerateFiles(AppContext.BaseDirectory, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetFileName(file))
            .Where(names.Contains);

        Assert.Equal([mine], found);
    }
}
