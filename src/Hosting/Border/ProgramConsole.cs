using System.Text;

namespace Mnist.Distributed.Hosting.Border;

/// <summary>
/// The standard output and the standard error of a program. They use UTF-8 for every locale, and a
/// failed write never throws.
/// </summary>
public static class ProgramConsole
{
    private static ConsoleStream? _output;
    private static ConsoleStream? _error;

    /// <summary>Why standard output could not be written; null when all writes succeeded.</summary>
    public static string? OutputFailure => _output?.Failure;

    /// <summary>Time since the last write to either stream.</summary>
    public static TimeSpan Silence => TimeProvider.System.GetElapsedTime(Math.Max(_output?.LastWrite ?? 0, _error?.LastWrite ?? 0));

    /// <summary>Replaces both streams of this process.</summary>
    public static void Open()
    {
        _output = new ConsoleStream(Console.OpenStandardOutput);
        _error = new ConsoleStream(Console.OpenStandardError);
        Use();
    }

    /// <summary>Replaces both streams of this process by one.</summary>
    /// <param name="open">Opens what they write to. It may throw.</param>
    public static void Open(Func<Stream> open)
    {
        _output = _error = new ConsoleStream(open);
        Use();
    }

    /// <summary>
    /// Opens both streams again, after their descriptors or their file were replaced. Writers that
    /// are in use stay valid.
    /// </summary>
    public static void Reopen()
    {
        _output?.Reopen();
        _error?.Reopen();
    }

    private static void Use()
    {
        Console.SetOut(WriterOn(_output!));
        Console.SetError(WriterOn(_error!));
    }

    private static TextWriter WriterOn(Stream stream) =>
        TextWriter.Synchronized(new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { AutoFlush = true });
}
