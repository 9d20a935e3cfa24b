using System.Globalization;

namespace Mnist.Distributed.Coordinator.Terminal;

/// <summary>Writes numbers of bytes for people.</summary>
internal static class ByteCount
{
    /// <summary>A number of bytes in kB, MB or GB, with powers of 1000.</summary>
    public static string Of(long bytes) => bytes switch
    {
        < 1000 => Line($"{bytes} bytes"),
        < 1_000_000 => Line($"{bytes / 1e3:F0} kB"),
        < 1_000_000_000 => Line($"{bytes / 1e6:F1} MB"),
        _ => Line($"{bytes / 1e9:F1} GB"),
    };

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
