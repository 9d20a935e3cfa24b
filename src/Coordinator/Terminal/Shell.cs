using System.Diagnostics;
using Mnist.Distributed.Hosting.Processes;

namespace Mnist.Distributed.Coordinator.Terminal;

/// <summary>Runs commands of the user in the shell of the system.</summary>
internal static class Shell
{
    /// <summary>Runs a command, with the input and the output of this program.</summary>
    /// <param name="command">The command.</param>
    /// <param name="environment">Variables for it; null removes one.</param>
    /// <returns>Its exit code.</returns>
    public static async Task<int> Run(string command, IReadOnlyDictionary<string, string?> environment)
    {
        var (program, option) = OperatingSystem.IsWindows() ? ("cmd.exe", "/c") : ("/bin/sh", "-c");
        var copies = OutputFile.IsUsed;
        var start = new ProcessStartInfo(program, [option, command])
        {
            UseShellExecute = false,
            RedirectStandardInput = copies,
            RedirectStandardOutput = copies,
            RedirectStandardError = copies,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        if (copies)
        {
            process.StandardInput.Close();
            await Task.WhenAll(Copy(process.StandardOutput, Console.Out), Copy(process.StandardError, Console.Error));
        }

        await process.WaitForExitAsync();
        return process.ExitCode;
    }

    private static async Task Copy(StreamReader from, TextWriter to)
    {
        while (await from.ReadLineAsync() is { } line)
        {
            await to.WriteLineAsync(line);
        }
    }
}
