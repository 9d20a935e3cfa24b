using System.Diagnostics;
using Xunit;

namespace Mnist.Distributed.Tests.Servers;

/// <summary>The process of a server. The server prints a line when it is ready.</summary>
internal sealed class ServerProcess
{
    private static readonly TimeSpan Hang = TimeSpan.FromMinutes(1);

    private readonly Process _process;
    private readonly Task _output;

    private ServerProcess(Process process, Task output)
    {
        _process = process;
        _output = output;
    }

    public int Pid => _process.Id;

    /// <summary>Starts a server and waits until it prints <paramref name="ready"/>.</summary>
    public static async Task<ServerProcess> Start(string ready, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        var process = Process.Start(start)!;
        var isReady = new TaskCompletionSource();
        var said = new List<string>();
        void Hear(string line)
        {
            lock (said)
            {
                said.Add(line);
            }

            if (line.Contains(ready, StringComparison.Ordinal))
            {
                isReady.TrySetResult();
            }
        }

        var output = Task.WhenAll(Read(process.StandardOutput, Hear), Read(process.StandardError, Hear));
        if (await Task.WhenAny(isReady.Task, output, Task.Delay(Hang)) != isReady.Task)
        {
            process.Kill();
            lock (said)
            {
                Assert.Fail($"{program} is not ready. It said:\n{string.Join('\n', said)}");
            }
        }

        return new ServerProcess(process, output);
    }

    /// <summary>Runs a program that has to succeed.</summary>
    public static async Task Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{program}: exit code {process.ExitCode}\n{await output}\n{await error}");
    }

    /// <summary>
    /// The program's file in the search path or in the folders; null when it is not installed.
    /// </summary>
    public static string? Find(string program, params string[] folders) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Concat(folders)
        .Select(folder => Path.Combine(folder, program))
        .FirstOrDefault(File.Exists);

    /// <summary>Sends a signal and waits until the process has ended.</summary>
    public async Task End(Action<int> signal)
    {
        signal(Pid);
        await _process.WaitForExitAsync();
        await _output;
        _process.Dispose();
    }

    private static async Task Read(StreamReader output, Action<string> hear)
    {
        while (await output.ReadLineAsync() is { } line)
        {
            hear(line);
        }
    }
}
