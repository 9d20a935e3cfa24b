using Mnist.Distributed.Coordinator.Runs;
using Mnist.Distributed.Coordinator.Terminal;

namespace Mnist.Distributed.Coordinator.Displays;

/// <summary>Chooses the display that fits the output.</summary>
internal static class RunDisplay
{
    /// <summary>What <c>TERM</c> says of a terminal that cannot move its cursor.</summary>
    private const string NoCursor = "dumb";

    /// <summary>
    /// Results alone with <c>--quiet</c>; JSON lines if the user asks for them; else text, with the
    /// progress if the output is a terminal that can erase a line.
    /// </summary>
    public static IRunDisplay For(bool json) => Verbosity.IsQuiet ? new QuietRunDisplay(json ? new JsonRunDisplay() : null)
        : json ? new JsonRunDisplay()
        : new TextRunDisplay(CanShowProgress);

    /// <summary>Whether the output is a terminal that can erase a line.</summary>
    public static bool CanShowProgress => !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("TERM") is { Length: > 0 } terminal && terminal != NoCursor;
}
