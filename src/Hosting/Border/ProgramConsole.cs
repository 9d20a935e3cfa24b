using System.Text;

namespace Mnist.Distributed.Hosting.Border;

/// <summary>
/// A program's standard output and standard error: UTF-8 whatever the locale, and never a reason to
/// fail.
/// </summary>
public static class ProgramConsole
{
    private static ConsoleStream? _output;
    private static ConsoleStream? _error;

    /// <summary>Why standard output could not be written; null while it could.</summary>
    public static string? OutputFailure => _output?.Failure;

    /// <summary>How long neither stream has been written to.</summary>
    public static TimeSpan Silence => TimeProvider.System.GetElapsedTime(Math.Max(_output?.LastWrite ?? 0, _error?.LastWrite ?? 0));

    /// <summary>Takes over both streams of this process.</summary>
    public static void Open()
    {
        _output = new ConsoleStream(Console.OpenStandardOutput);
        _error = new ConsoleStream(Console.OpenStandardError);
        Console.SetOut(WriterOn(_output));
        Console.SetError(WriterOn(_error));
    }

    private static TextWriter WriterOn(Stream stream) =>
        TextWriter.Synchronized(new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { AutoFlush = true });
}
