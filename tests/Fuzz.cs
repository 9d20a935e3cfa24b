using System.Globalization;

namespace Mnist.Distributed.Tests;

/// <summary>
/// How many hostile inputs a test draws. MNIST_FUZZ multiplies the usual number, for long searches.
/// The tests that use it have the trait <see cref="Category"/>.
/// </summary>
internal static class Fuzz
{
    /// <summary>The name and value of the trait.</summary>
    public const string Trait = "Category", Category = "Fuzz";

    private static readonly int Factor = int.Parse(Environment.GetEnvironmentVariable("MNIST_FUZZ") ?? "1", CultureInfo.InvariantCulture);

    /// <summary>How many inputs this run draws.</summary>
    /// <param name="usual">How many it usually draws.</param>
    public static int Inputs(int usual) => usual * Factor;

    /// <summary>Changes bytes, at places that may be any numbers.</summary>
    /// <returns>The same array.</returns>
    public static byte[] Change(byte[] bytes, (int Place, byte Value)[] changes)
    {
        foreach (var (place, value) in changes)
        {
            bytes[place % bytes.Length] = value;
        }

        return bytes;
    }
}
