using System.Globalization;
using System.Security.Cryptography;

namespace Mnist.Distributed.Coordinator.Runs;

/// <summary>Makes ids of runs and sweeps. Their order is that of their starts.</summary>
internal static class NewId
{
    private const int TimeLetters = 15;

    /// <summary>A new id.</summary>
    /// <param name="now">The time (UTC).</param>
    public static string Of(DateTime now) => string.Create(CultureInfo.InvariantCulture, $"{now:yyyyMMdd-HHmmss}-{RandomNumberGenerator.GetHexString(4, lowercase: true)}");

    /// <summary>
    /// The time (UTC) at which an id was made; null if the id was made otherwise.
    /// </summary>
    public static DateTime? TimeOf(string id) =>
        id.Length > TimeLetters
        && DateTime.TryParseExact(id.AsSpan(0, TimeLetters), "yyyyMMdd-HHmmss", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? time : null;
}
