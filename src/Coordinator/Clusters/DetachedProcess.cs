using System.Diagnostics;
using Mnist.Distributed.Hosting.Processes;

namespace Mnist.Distributed.Coordinator.Clusters;

/// <summary>
/// Starts a program that goes on after this one has ended, with its output in a file. No pipe may
/// connect the two: a program that reads the output of this one would wait for the other one too.
/// </summary>
internal static class DetachedProcess
{
    /// <summary>Starts the program.</summary>
    /// <param name="command">The file of the program, and its arguments.</param>
    /// <param name="folder">Its working folder.</param>
    /// <param name="log">The file to which its output is added.</param>
    /// <param name="variables">
    /// Environment variables that it gets besides those of this process.
    /// </param>
    /// <returns>The process. Its end is not awaited.</returns>
    public static Process Start(IReadOnlyList<string> command, string folder, string log, IReadOnlyDictionary<string, string> variables)
    {
        var start = Posix.IsUsed ? ByShell(command, log) : Directly(command, log);
        start.WorkingDirectory = folder;
        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    /// <summary>A shell redirects the output and then becomes the program.</summary>
    private static ProcessStartInfo ByShell(IReadOnlyList<string> command, string log) =>
        new("/bin/sh", ["-c", "log=$1; shift; exec \"$@\" >>\"$log\" 2>&1 </dev/null", "sh", log, .. command]);

    /// <summary>
    /// The program opens the file itself. It gets pipes in place of the streams of this process,
    /// and they close with this process. What the program's runtime writes after that is lost.
    /// </summary>
    private static ProcessStartInfo Directly(IReadOnlyList<string> command, string log) => new(command[0], command.Skip(1))
    {
        CreateNoWindow = true,
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        Environment = { [OutputFile.Variable] = log },
    };
}
