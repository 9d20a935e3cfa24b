using Mnist.Distributed.Grains.Telemetry;
using static Mnist.Distributed.Contracts.InvalidInputException;

namespace Mnist.Distributed.Silo;

/// <summary>
/// The arguments of the silo program: options of the form <c>--Section:Key value</c>. The
/// configuration would pass over any others without a word.
/// </summary>
internal static class SiloArguments
{
    private static readonly string[] Sections = [SiloProcessOptions.Section, TracingOptions.Section, "Logging"];

    /// <summary>Throws a sentence about the first argument that is no such option.</summary>
    /// <exception cref="Contracts.InvalidInputException">There is one.</exception>
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
