using System.Globalization;

namespace Mnist.Distributed.Coordinator.Terminal;

/// <summary>A number of things in words.</summary>
internal static class Quantity
{
    /// <summary>As in "1 silo" or "3 silos".</summary>
    public static string Of(int number, string noun) => string.Create(CultureInfo.InvariantCulture, $"{number} {noun}{(number == 1 ? "" : "s")}");
}
