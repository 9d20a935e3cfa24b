using System.Globalization;
using System.Security.Cryptography;

namespace Mnist.Distributed.Coordinator.Runs;

/// <summary>Makes ids of runs and sweeps. Their order is that of their starts.</summary>
internal static class NewId
{
    /// <summary>A new id.</summary>
    /// <param name="now">The time (UTC).</param>
    public static string Of(DateTime now) => string.Create(CultureInfo.InvariantCulture, $"{now:yyyyMMdd-HHmmss}-{RandomNumberGenerator.GetHexString(4, lowercase: true)}");
}
