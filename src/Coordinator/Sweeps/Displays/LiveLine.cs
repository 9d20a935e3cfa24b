using Spectre.Console;

namespace Mnist.Distributed.Coordinator.Sweeps.Displays;

/// <summary>The last line of a terminal, which is written again and again.</summary>
internal sealed class LiveLine
{
    /// <summary>Goes to the beginning of the line, and erases it (ECMA-48).</summary>
    private const string Erase = "\r\u001b[2K";

    private bool _isShown;

    /// <summary>Shows a text in the line, as far as it fits.</summary>
    public void Show(string text)
    {
        var width = Math.Max(1, AnsiConsole.Profile.Width - 1);
        Console.Out.Write(Erase + (text.Length > width ? text[..width] : text));
        Console.Out.Flush();
        _isShown = true;
    }

    /// <summary>Removes the line, so that other lines can be written.</summary>
    public void Clear()
    {
        if (_isShown)
        {
            Console.Out.Write(Erase);
            _isShown = false;
        }
    }
}
