namespace Mnist.Distributed.Coordinator.Clusters;

/// <summary>What a local cluster may be called: its name is a folder's.</summary>
internal static class ClusterName
{
    /// <summary>The rule in words.</summary>
    public const string Rule = "use up to 64 letters, digits, '-' and '_'";

    /// <summary>Whether a name keeps the rule.</summary>
    public static bool IsValid(string name) => name.Length is > 0 and <= 64 && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_');
}
