namespace Mnist.Distributed.Coordinator.Terminal;

/// <summary>The terminal that standard output goes to.</summary>
internal static class Screen
{
    /// <summary>The width of a terminal that does not tell its own.</summary>
    private const int UsualColumns = 80;

    /// <summary>Width of the terminal now; null if standard output is no terminal.</summary>
    public static int? Columns
    {
        get
        {
            if (Console.IsOutputRedirected)
            {
                return null;
            }

            try
            {
                return Console.WindowWidth is > 0 and var columns ? columns : UsualColumns;
            }
            catch (IOException)
            {
                return UsualColumns;
            }
        }
    }
}
