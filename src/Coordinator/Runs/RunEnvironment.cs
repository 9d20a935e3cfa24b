using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using Mnist.Distributed.Hosting;
using TorchSharp;

namespace Mnist.Distributed.Coordinator.Runs;

/// <summary>
/// The machine and the versions of the command that starts or follows a run. Silos may have other
/// machines.
/// </summary>
internal static class RunEnvironment
{
    /// <summary>Names and values, for <c>run.json</c>; a value that is not known is null.</summary>
    public static IReadOnlyDictionary<string, string?> Values { get; } = new Dictionary<string, string?>
    {
        ["mnist"] = ProductVersion.Text,
        ["dotnet"] = RuntimeInformation.FrameworkDescription,
        ["torchsharp"] = VersionOf(typeof(torch)),
        ["libtorch"] = LibTorch(),
        ["orleans"] = VersionOf(typeof(IGrain)),
        ["system"] = RuntimeInformation.OSDescription,
        ["architecture"] = $"{RuntimeInformation.ProcessArchitecture}",
        ["processor"] = Processor(),
        ["processors"] = $"{Environment.ProcessorCount}",
        ["memory"] = string.Create(CultureInfo.InvariantCulture, $"{GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 1_000_000} MB"),
    };

    private static string VersionOf(Type type) => type.Assembly.GetName().Version?.ToString(3) ?? "unknown";

    /// <summary>
    /// The version of libtorch that TorchSharp is made for. Its property with this value loads
    /// libtorch, which a command that only follows a run may not need.
    /// </summary>
    private static string? LibTorch() =>
        typeof(torch).GetField("libtorchPackageVersion", BindingFlags.NonPublic | BindingFlags.Static) is { IsLiteral: true } constant
            ? constant.GetRawConstantValue() as string
            : null;

    /// <summary>The name of the processor; null if the system does not tell it here.</summary>
    private static string? Processor()
    {
        const string Field = "model name";
        try
        {
            return OperatingSystem.IsLinux()
                ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith(Field, StringComparison.Ordinal))?.Split(':', 2)[^1].Trim()
                : null;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
