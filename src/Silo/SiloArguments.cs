using Mnist.Distributed.Grains.Telemetry;
using static Mnist.Distributed.Contracts.InvalidInputException;

namespace Mnist.Distributed.Silo;

/// <summary>
/// Checks the arguments of the silo program, which are options of the form <c>--Section:Key
/// value</c>. The configuration of .NET would silently ignore other arguments.
/// </summary>
internal static class SiloArguments
{
    private static readonly string[] Sections = [SiloProcessOptions.Section, TracingOptions.Section, "Logging"];

    /// <summary>
    /// Throws if an argument is not such an option. The message names the first such argument.
    /// </summary>
    /// <exception cref="Contracts.InvalidInputException">
    /// An argument is not an option, or an option has no value.
    /// </exception>
    public static void Check(IReadOnlyList<string> arguments)
    {
        for (var i = 0; i < arguments.Count; i++)
        {
            var (option, hasValue) = arguments[i].Split('=', 2) is [var name, _] ? (name, true) : (arguments[i], false);
            Require(
                option.StartsWith("--", StringComparison.Ordinal) && Sections.Contains(option[2..].Split(':')[0], StringComparer.OrdinalIgnoreCase) && option.Contains(':', StringComparison.Ordinal),
                $"'{arguments[i]}' is not an option: options are --Silo:..., --Tracing:... and --Logging:..., and 'mnist-silo --help' shows them.");
            if (!hasValue)
            {
                Require(i + 1 < arguments.Count, $"{option} needs a value: give one after it.");
                i++;
            }
        }
    }
}
