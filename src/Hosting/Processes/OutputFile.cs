using Mnist.Distributed.Contracts;
using Mnist.Distributed.Hosting.Border;

namespace Mnist.Distributed.Hosting.Processes;

/// <summary>
/// The file that takes the output of a program that was started without a shell. A shell would have
/// opened it for the program.
/// </summary>
public static class OutputFile
{
    /// <summary>The environment variable that names the file.</summary>
    public const string Variable = "MNIST_OUTPUT_FILE";

    /// <summary>
    /// Whether the output of this process goes to such a file. The programs that it starts do not
    /// inherit it.
    /// </summary>
    public static bool IsUsed => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 };

    /// <summary>Makes this process write to the file, if one is named.</summary>
    /// <exception cref="InvalidInputException">The file cannot be written.</exception>
    public static void Use()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } path)
        {
            return;
        }

        try
        {
            Open(path).Dispose();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"The output cannot be written to {path} ({failure.Message}): correct {Variable}, or unset it.", failure);
        }

        ProgramConsole.Open(() => Open(path));
    }

    private static FileStream Open(string path) =>
        new(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
}
