using System.Diagnostics;

using Mnist.Distributed.Tests.Training.Files;

using Xunit;

namespace Mnist.Distributed.Tests.Boundaries;

/// <summary>
/// Commands that only tell about the program load neither libtorch nor Orleans, so they answer at
/// once.
/// </summary>
public sealed class StartupTests
{
    [Theory]
    [InlineData("--help")]
    [InlineData("--version")]
    [InlineData("version")]
    [InlineData("train", "--help")]
    [InlineData("complete", "--current=", "--", "train", "--model")]
    public async Task Help_version_and_completion_load_neither_libtorch_nor_Orleans(params string[] arguments)
    {
        using var folder = new TemporaryFolder();
        var list = folder["assemblies"];

        Assert.Equal(0, await Run(arguments, list));

        var loaded = await File.ReadAllLinesAsync(list, TestContext.Current.CancellationToken);
        Assert.Contains("mnist", loaded);
        Assert.DoesNotContain("TorchSharp", loaded);
        Assert.DoesNotContain("Orleans.Runtime", loaded);
    }

    private static async Task<int> Run(string[] arguments, string list)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "mnist.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["DOTNET_STARTUP_HOOKS"] = typeof(StartupHook).Assembly.Location, [StartupHook.ListVariable] = list },
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.NotEmpty(await output);
        Assert.Empty(await errors);
        return process.ExitCode;
    }
}
