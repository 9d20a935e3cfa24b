namespace Mnist.Distributed.Coordinator.Terminal;

/// <summary>
/// How much a command says beside its results and its errors. It is set once, before the command
/// runs.
/// </summary>
internal static class Verbosity
{
    /// <summary>
    /// Whether the command is to print results and errors only: no progress, no remarks.
    /// </summary>
    public static bool IsQuiet { get; private set; }

    /// <summary>
    /// Whether the command is to say on standard error what it decides, what it does and how long
    /// that takes.
    /// </summary>
    public static bool IsVerbose { get; private set; }

    /// <summary>Sets how much the command says.</summary>
    public static void Set(bool quiet, bool verbose) => (IsQuiet, IsVerbose) = (quiet, verbose);
}
