using Mnist.Distributed.Coordinator.Displays;

namespace Mnist.Distributed.Coordinator.Sweeps.Displays;

/// <summary>Chooses the display that fits the output.</summary>
internal static class SweepDisplay
{
    /// <summary>
    /// JSON lines if the user asks for them; else lines of text, above a line with the progress if
    /// the output is a terminal that can erase a line.
    /// </summary>
    public static ISweepDisplay For(bool json) => json ? new JsonSweepDisplay() : new TextSweepDisplay(RunDisplay.CanShowProgress ? new ProgressLine() : null);
}
