using System.ComponentModel;
using System.Diagnostics;

namespace Mnist.Distributed.Tests.Training.PyTorch;

/// <summary>
/// A Python that can import torch, if the machine has one: that of <c>PYTHON</c>, of the path, or
/// of the system.
/// </summary>
internal static class PythonWithTorch
{
    public const string WhyNot = "No Python here can 'import torch': set PYTHON to one that can, to compare with PyTorch.";

    private static readonly Lazy<string?> Found = new(Find);

    public static string? Path => Found.Value;

    /// <summary>Runs a script.</summary>
    /// <returns>The lines it printed.</returns>
    public static async Task<string[]> RunAsync(IEnumerable<string> arguments, CancellationToken cancellation)
    {
        using Process process = Start(Path ?? throw new InvalidOperationException(WhyNot), arguments);
        try
        {
            Task<string> errors = process.StandardError.ReadToEndAsync(cancellation);
            string output = await process.StandardOutput.ReadToEndAsync(cancellation);
            await process.WaitForExitAsync(cancellation);
            return process.ExitCode == 0
                ? output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                : throw new InvalidOperationException($"The script failed with exit code {process.ExitCode}: {await errors}");
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }
    }

    private static string? Find() => new[] { Environment.GetEnvironmentVariable("PYTHON"), "python3", "/usr/bin/python3" }
        .FirstOrDefault(python => !string.IsNullOrEmpty(python) && ImportsTorch(python));

    private static bool ImportsTorch(string python)
    {
        try
        {
            using Process process = Start(python, ["-c", "import torch"]);
            Task<string> errors = process.StandardError.ReadToEndAsync();
            process.StandardOutput.ReadToEnd();
            errors.Wait();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }

    private static Process Start(string python, IEnumerable<string> arguments) => Process.Start(
        new ProcessStartInfo(python, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["OMP_NUM_THREADS"] = "1" },
        })!;
}
