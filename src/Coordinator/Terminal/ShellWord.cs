namespace Mnist.Distributed.Coordinator.Terminal;

/// <summary>Words of a command line that a user may copy.</summary>
internal static class ShellWord
{
    /// <summary>A word as a shell takes it.</summary>
    public static string Quoted(string word) => word.Length > 0 && word.All(letter => char.IsLetterOrDigit(letter) || "-_./:=,+".Contains(letter, StringComparison.Ordinal))
        ? word
        : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
