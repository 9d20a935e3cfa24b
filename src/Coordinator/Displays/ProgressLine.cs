using System.Runtime.InteropServices;
using Mnist.Distributed.Coordinator.Terminal;

namespace Mnist.Distributed.Coordinator.Displays;

/// <summary>
/// The last line of a terminal. It is written again and again, while other lines are written above
/// it. It disappears when it is disposed of.
/// </summary>
/// <remarks>
/// The cursor waits at the start of the line. Some terminals break lines again when they become
/// narrower, and the cursor then stays at the start of the first part. So erasing all that follows
/// the cursor erases every part, whether the terminal breaks lines or not.
/// </remarks>
internal sealed class ProgressLine : IDisposable
{
    // The terminal may have become narrower after its width was read, so it must not wrap the line.
    private const string WithoutWrapping = "\e[?7l";
    private const string WithWrapping = "\e[?7h";
    private const string EraseAllThatFollows = "\e[J";

    private readonly Lock _turn = new();
    private readonly PosixSignalRegistration? _resized;
    private Func<int, string>? _text;

    /// <summary>Begins with an empty line.</summary>
    public ProgressLine() => _resized = OperatingSystem.IsWindows() ? null : PosixSignalRegistration.Create(PosixSignal.SIGWINCH, _ => Above(() => { }));

    /// <summary>Writes the line.</summary>
    /// <param name="text">
    /// Gives the text for a number of columns. It must leave the last column free.
    /// </param>
    public void Show(Func<int, string> text)
    {
        lock (_turn)
        {
            _text = text;
            Draw();
        }
    }

    /// <summary>Writes whole lines above the line.</summary>
    public void Above(Action write)
    {
        lock (_turn)
        {
            Erase();
            write();
            Draw();
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _resized?.Dispose();
        lock (_turn)
        {
            Erase();
            _text = null;
        }
    }

    private void Erase()
    {
        if (_text is not null)
        {
            Console.Write($"\r{EraseAllThatFollows}");
        }
    }

    private void Draw()
    {
        if (_text is not null && Screen.Columns is { } columns)
        {
            Console.Write($"\r{WithoutWrapping}{_text(columns)}{EraseAllThatFollows}{WithWrapping}\r");
        }
    }
}
