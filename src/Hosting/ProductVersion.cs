using System.Reflection;

namespace Mnist.Distributed.Hosting;

/// <summary>The version of this build.</summary>
public static class ProductVersion
{
    /// <summary>
    /// The version and the first 8 letters of the commit, such as <c>0.1.0+f1bb0ae2</c>.
    /// </summary>
    public static string Text { get; } = Shortened(typeof(ProductVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown");

    private static string Shortened(string version)
    {
        const int Letters = 8;
        var plus = version.IndexOf('+', StringComparison.Ordinal);
        return plus < 0 || version.Length <= plus + 1 + Letters ? version : version[..(plus + 1 + Letters)];
    }
}
