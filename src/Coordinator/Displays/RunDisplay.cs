using Mnist.Distributed.Coordinator.Runs;
using Spectre.Console;

namespace Mnist.Distributed.Coordinator.Displays;

/// <summary>Chooses the display that fits the output.</summary>
internal static class RunDisplay
{
    /// <summary>
    /// JSON lines if the user asks for them; plain lines if the output is no terminal; else a live
    /// display.
    /// </summary>
    public static IRunDisplay For(bool json) =>
        json ? new JsonRunDisplay()
        : Console.IsOutputRedirected || !AnsiConsole.Profile.Capabilities.Interactive ? new PlainRunDisplay()
        : new LiveRunDisplay(AnsiConsole.Console);
}
