using System.Runtime.InteropServices;
using Mnist.Distributed.Hosting;
using TorchSharp;

namespace Mnist.Distributed.Coordinator.Runs;

/// <summary>The machine and the versions with which a run was started.</summary>
internal static class RunEnvironment
{
    /// <summary>Names and values, for <c>run.json</c>.</summary>
    public static IReadOnlyDictionary<string, string> Values { get; } = new Dictionary<string, string>
    {
        ["mnist"] = ProductVersion.Text,
        ["dotnet"] = RuntimeInformation.FrameworkDescription,
        ["torchsharp"] = VersionOf(typeof(torch)),
        ["orleans"] = VersionOf(typeof(IGrain)),
        ["system"] = RuntimeInformation.OSDescription,
        ["architecture"] = $"{RuntimeInformation.ProcessArchitecture}",
        ["processors"] = $"{Environment.ProcessorCount}",
    };

    private static string VersionOf(Type type) => type.Assembly.GetName().Version?.ToString(3) ?? "unknown";
}
