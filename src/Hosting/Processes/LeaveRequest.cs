using System.Globalization;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Training.Files;

namespace Mnist.Distributed.Hosting.Processes;

/// <summary>
/// Asks a silo to leave where there are no signals: a file beside its pid file, with the process
/// id, for which the silo looks.
/// </summary>
public static class LeaveRequest
{
    /// <summary>Writes the request.</summary>
    /// <param name="pidFile">The pid file of the silo.</param>
    /// <param name="pid">Its process id. A later silo of the same name ignores the request.</param>
    /// <exception cref="InvalidInputException">The file cannot be written.</exception>
    public static void Write(string pidFile, int pid) => AtomicFile.WriteText(FileOf(pidFile), pid.ToString(CultureInfo.InvariantCulture));

    /// <summary>Takes a request to this process, if there is one.</summary>
    /// <param name="pidFile">The pid file of this silo.</param>
    /// <returns>Whether there was one.</returns>
    public static bool Take(string pidFile)
    {
        try
        {
            var file = FileOf(pidFile);
            if (!File.Exists(file) || File.ReadAllText(file) != Environment.ProcessId.ToString(CultureInfo.InvariantCulture))
            {
                return false;
            }

            File.Delete(file);
            return true;
        }
        catch (Exception held) when (held is IOException or UnauthorizedAccessException)
        {
            // Somebody writes it at this moment. The next look finds it.
            return false;
        }
    }

    private static string FileOf(string pidFile) => Path.ChangeExtension(pidFile, ".leave");
}
