using System.CommandLine;
using System.Globalization;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Coordinator.Clusters;
using Mnist.Distributed.Grains.Hosting.Stores;

namespace Mnist.Distributed.Coordinator.Commands;

/// <summary>Options that several commands share, and options whose errors name the option and what it wants.</summary>
internal static class CommonOptions
{
    /// <summary><c>--json</c>.</summary>
    public static Option<bool> Json() => new("--json") { Description = "Write JSON lines to standard output and nothing else there." };

    /// <summary><c>--parameter-servers</c>.</summary>
    public static Option<int> ParameterServers() =>
        Number("--parameter-servers", new RunOptions().ParameterServers, "Silos that each sum one slice of the vector; 'mnist plan' tells when it pays.");

    /// <summary><c>--fan-out</c>.</summary>
    public static Option<int> FanOut() => Number("--fan-out", new RunOptions().FanOut, "Parts that a silo passes a slice on to; a power of two.");

    /// <summary><c>--accept-mixed-numerics</c>.</summary>
    public static Option<bool> AcceptMixedNumerics() => new("--accept-mixed-numerics")
    {
        Description = "Let silos take part whose arithmetic may differ in its last bits; the result is then not reproducible.",
    };

    /// <summary><c>--cluster NAME</c>.</summary>
    public static Option<string?> Cluster(string description) => new("--cluster") { Description = description, HelpName = "NAME" };

    /// <summary><c>--store STORE</c>.</summary>
    public static Option<string?> Store() => new("--store")
    {
        Description = $"Where the cluster keeps its membership: {StoreName.Forms}. Default: ${ClusterPlace.Variable}, then a local cluster.",
        HelpName = "STORE",
    };

    /// <summary><c>--data DIR</c>.</summary>
    public static Option<string?> Data() => new("--data")
    {
        Description = "Folder with the data set's four IDX files, plain or gzip. Default: $MNIST_DATA, the cache, then a download.",
        HelpName = "DIR",
    };

    /// <summary>An option with a number.</summary>
    public static Option<T> Number<T>(string name, T defaultValue, string description)
        where T : struct, IParsable<T>
    {
        var option = new Option<T>(name)
        {
            Description = description,
            HelpName = "N",
            DefaultValueFactory = _ => defaultValue,
        };
        option.CustomParser = result =>
        {
            var text = result.Tokens.Count > 0 ? result.Tokens[^1].Value : "";
            if (T.TryParse(text, CultureInfo.InvariantCulture, out var value))
            {
                return value;
            }

            result.AddError($"{name} must be a {(defaultValue is float ? "number" : "whole number")}, but is '{text}'.");
            return defaultValue;
        };
        return option;
    }
}
