namespace Mnist.Distributed.Coordinator.Terminal;

/// <summary>
/// Sentences that are neither results nor errors. <c>--quiet</c> leaves them out.
/// </summary>
internal static class Remarks
{
    /// <summary>Says something that the user should know.</summary>
    public static void Say(string sentence)
    {
        if (!Verbosity.IsQuiet)
        {
            Console.Error.WriteLine($"mnist: {sentence}");
        }
    }

    /// <summary>Says what the program does, with <c>--verbose</c>.</summary>
    public static void Detail(string sentence)
    {
        if (Verbosity.IsVerbose)
        {
            Console.Error.WriteLine($"mnist: {sentence}");
        }
    }

    /// <summary>
    /// Where a command writes remarks that stand among its results: standard output, or standard
    /// error if standard output is for JSON.
    /// </summary>
    public static Action<string> Among(bool json) => Verbosity.IsQuiet ? _ => { } : json ? Console.Error.WriteLine : Console.Out.WriteLine;
}
