using System.Text;
using Mnist.Distributed.Contracts;

namespace Mnist.Distributed.Hosting.Processes;

/// <summary>
/// The file that takes the output of a program that was started without a shell. A shell would have
/// opened it for the program.
/// </summary>
public static class OutputFile
{
    /// <summary>The environment variable that names the file.</summary>
    public const string Variable = "MNIST_OUTPUT_FILE";

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
            var file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
            var writer = TextWriter.Synchronized(new StreamWriter(file, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { AutoFlush = true });
            Console.SetOut(writer);
            Console.SetError(writer);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"The output cannot be written to {path} ({failure.Message}): correct {Variable}, or unset it.", failure);
        }
    }
}
