using System.Globalization;
using Mnist.Distributed.Contracts.Memory;
using Mnist.Distributed.Training.Files;
using static Mnist.Distributed.Contracts.InvalidInputException;

namespace Mnist.Distributed.Hosting.Border;

/// <summary>
/// The only place that catches all exceptions of a program. The user reads one sentence, the exit
/// code says whose fault the failure was, and the stack trace of a bug goes to a file that the
/// sentence names.
/// </summary>
/// <param name="program">The name of the program. Every sentence begins with it.</param>
public sealed class ProgramBorder(string program)
{
    /// <summary>Runs a program.</summary>
    /// <param name="main">The program. It returns the exit code.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> Run(Func<Task<int>> main)
    {
        ProgramConsole.Open();

        // An exception of a thread without a caller would end the process with a stack trace and an
        // abort.
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

    /// <summary>Writes the stack trace of a bug to a file.</summary>
    /// <returns>The rest of the sentence: where the stack trace is.</returns>
    private string Keep(Exception exception)
    {
        try
        {
            var file = Path.Combine(
                UserFolders.State, "errors", string.Create(CultureInfo.InvariantCulture, $"{program}-{DateTime.UtcNow:yyyyMMdd-HHmmss}-{Environment.ProcessId}.txt"));
            AtomicFile.WriteText(file, $"{exception}\n");
            return $"please report it with {file}.";
        }
        catch (Exception unwritable) when (FailureTable.Of(unwritable).Fault is Fault.Input or Fault.Environment)
        {
            return $"please report it with these lines:\n{exception}";
        }
    }
}
