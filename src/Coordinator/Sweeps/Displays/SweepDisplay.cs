using Spectre.Console;

namespace Mnist.Distributed.Coordinator.Sweeps.Displays;

/// <summary>Chooses the display that fits the output.</summary>
internal static class SweepDisplay
{
    /// <summary>
    /// JSON lines if the user asks for them; plain lines if the output is no terminal; else plain
    /// lines above a live one.
    /// </summary>
    public static ISweepDisplay For(bool json) =>
        json ? new JsonSweepDisplay()
        : new TextSweepDisplay(Console.IsOutputRedirected || !AnsiConsole.Profile.Capabilities.Interactive ? null : new LiveLine());
}
