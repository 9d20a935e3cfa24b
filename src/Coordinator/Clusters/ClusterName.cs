namespace Mnist.Distributed.Coordinator.Clusters;

/// <summary>The rule for the names of local clusters, which are also names of folders.</summary>
internal static class ClusterName
{
    /// <summary>The cluster of a command that needs one and names none.</summary>
    public const string Usual = "local";

    /// <summary>The rule in words, for messages.</summary>
    public const string Rule = "use up to 64 letters, digits, '-' and '_'";

    /// <summary>Whether a name satisfies the rule.</summary>
    public static bool IsValid(string name) => name.Length is > 0 and <= 64 && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_');
}
