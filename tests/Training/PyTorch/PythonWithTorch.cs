using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;

namespace Mnist.Distributed.Tests.Training.PyTorch;

/// <summary>
/// A Python that can import torch, if the machine has one: that of <c>PYTHON</c>, of the path, or
/// of the system. One process runs the reference for all tests, because importing torch takes
/// seconds. The process ends with the tests, when its input ends.
/// </summary>
internal static class PythonWithTorch
{
    public const string WhyNot = "No Python here can 'import torch': set PYTHON to one that can, to compare with PyTorch.";

    private const string Ready = "ready";
    private const string Done = "done";

    /// <summary>
    /// A Python without torch never gets ready. What fails later fails the tests.
    /// </summary>
    private const string Launcher = $"import runpy, sys, torch; print('{Ready}', flush=True); runpy.run_path(sys.argv[1], run_name='__main__')";

    private static readonly string Script = Path.Combine(AppContext.BaseDirectory, "Training", "PyTorch", "reference.py");
    private static readonly Lazy<Server?> Found = new(Find);
    private static readonly SemaphoreSlim Free = new(1);

    /// <summary>Whether there is such a Python.</summary>
    public static bool IsHere => Found.Value is not null;

    /// <summary>Runs a command of the reference.</summary>
    /// <returns>The lines that the command printed.</returns>
    public static async Task<string[]> RunAsync(IEnumerable<string> arguments, CancellationToken cancellation)
    {
        var python = Found.Value ?? throw new InvalidOperationException(WhyNot);
        await Free.WaitAsync(cancellation);
        try
        {
            await python.Process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(arguments).AsMemory(), cancellation);
            await python.Process.StandardInput.FlushAsync(cancellation);
            List<string> lines = [];
            while (await python.Process.StandardOutput.ReadLineAsync(cancellation) is var line && line != Done)
            {
                lines.Add(line ?? throw new InvalidOperationException($"The script has failed: {await python.Errors}"));
            }

            return [.. lines];
        }
        finally
        {
            Free.Release();
        }
    }

    /// <summary>Runs a program in a Python of its own.</summary>
    /// <returns>What it prints.</returns>
    public static async Task<string> RunFileAsync(string path, CancellationToken cancellation)
    {
        var python = Found.Value ?? throw new InvalidOperationException(WhyNot);
        using var process = Process.Start(new ProcessStartInfo(python.Process.StartInfo.FileName, [path]) { RedirectStandardOutput = true })!;
        var printed = await process.StandardOutput.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        Xunit.Assert.Equal(0, process.ExitCode);
        return printed.Trim();
    }

    private static Server? Find() => new[] { Environment.GetEnvironmentVariable("PYTHON"), "python3", "/usr/bin/python3" }
        .Where(python => !string.IsNullOrEmpty(python))
        .Select(python => Start(python!))
        .FirstOrDefault(server => server is not null);

    /// <summary>Starts the reference; null if this Python cannot import torch.</summary>
    private static Server? Start(string python)
    {
        try
        {
            var process = Process.Start(new ProcessStartInfo(python, ["-c", Launcher, Script])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                Environment = { ["OMP_NUM_THREADS"] = "1" },
            })!;
            var server = new Server(process, process.StandardError.ReadToEndAsync());
            return process.StandardOutput.ReadLine() == Ready ? server : null;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    /// <summary>A Python that runs commands.</summary>
    /// <param name="Process">The process.</param>
    /// <param name="Errors">What it prints on standard error until it ends.</param>
    private sealed record Server(Process Process, Task<string> Errors);
}
