using System.Globalization;
using Mnist.Distributed.Contracts.Memory;
using Mnist.Distributed.Training.Files;
using static Mnist.Distributed.Contracts.InvalidInputException;

namespace Mnist.Distributed.Hosting.Border;

/// <summary>
/// The one place where a program's exceptions end: the user reads one sentence, the exit code says
/// whose fault it was, and a stack trace goes to a file that the sentence names.
/// </summary>
/// <param name="program">The program's name, which every sentence begins with.</param>
public sealed class ProgramBorder(string program)
{
    /// <summary>Runs a program.</summary>
    /// <param name="main">The program; returns the exit code.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> Run(Func<Task<int>> main)
    {
        ProgramConsole.Open();

        // What a thread of its own throws would end the process with a trace and an abort.
        AppDomain.CurrentDomain.UnhandledException += (_, thrown) => Environment.Exit(Report((Exception)thrown.ExceptionObject));
        try
        {
            Require(ProcessLimits.Refusal is null, $"{ProcessLimits.Refusal}");
            return await main();
        }
        catch (Exception failure)
        {
            return Report(failure);
        }
    }

    private int Report(Exception exception)
    {
        var failure = FailureTable.Of(exception);
        var trace = failure.Fault == Fault.Program ? $"; {Keep(exception)}" : "";
        Console.Error.WriteLine($"{program}: {failure.Sentence}{trace}");
        return failure.ExitCode;
    }

    /// <summary>Keeps the stack trace of a bug.</summary>
    /// <returns>Where it is.</returns>
    private string Keep(Exception exception)
    {
        try
        {
            var file = Path.Combine(
                UserFolders.State, "errors", string.Create(CultureInfo.InvariantCulture, $"{program}-{DateTime.UtcNow:yyyyMMdd-HHmmss}-{Environment.ProcessId}.txt"));
            AtomicFile.Write(file, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes($"{exception}\n")));
            return $"please report it with {file}.";
        }
        catch (Exception unwritable) when (FailureTable.Of(unwritable).Fault is Fault.Input or Fault.Environment)
        {
            return $"please report it with these lines:\n{exception}";
        }
    }
}
