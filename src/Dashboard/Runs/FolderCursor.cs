using System.Globalization;

namespace Mnist.Distributed.Dashboard.Runs;

/// <summary>What a reader has of the run in a folder.</summary>
/// <param name="Epochs">Number of epochs.</param>
/// <param name="Incidents">Number of incidents.</param>
/// <param name="Ended">The status with which the run has ended; null while it goes on.</param>
internal readonly record struct FolderCursor(int Epochs, int Incidents, string? Ended)
{
    /// <summary>
    /// The cursor in a text. A reader whose cursor is of another source, such as a cluster, has
    /// nothing.
    /// </summary>
    public static FolderCursor Of(string? text) =>
        text?.Split('/', 3) is [var epochs, var incidents, .. var ended] && Count(epochs) is { } first && Count(incidents) is { } second
            ? new FolderCursor(first, second, ended.FirstOrDefault())
            : default;

    /// <inheritdoc />
    public override string ToString() => Ended is null ? $"{Epochs}/{Incidents}" : $"{Epochs}/{Incidents}/{Ended}";

    private static int? Count(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : null;
}
