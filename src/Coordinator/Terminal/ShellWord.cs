namespace Mnist.Distributed.Coordinator.Terminal;

/// <summary>Writes words of a command line that a user may copy.</summary>
internal static class ShellWord
{
    /// <summary>A word, quoted for a shell if necessary.</summary>
    public static string Quoted(string word) => word.Length > 0 && word.All(letter => char.IsLetterOrDigit(letter) || "-_./:=,+".Contains(letter, StringComparison.Ordinal))
        ? word
        : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
