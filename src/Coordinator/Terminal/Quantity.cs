using System.Globalization;

namespace Mnist.Distributed.Coordinator.Terminal;

/// <summary>Writes a number of things, for messages.</summary>
internal static class Quantity
{
    /// <summary>A number with its noun, such as "1 silo" or "3 silos".</summary>
    public static string Of(int number, string noun) => string.Create(CultureInfo.InvariantCulture, $"{number} {noun}{(number == 1 ? "" : "s")}");
}
