using Mnist.Distributed.Contracts;

namespace Mnist.Distributed.Hosting.Otlp;

/// <summary>
/// The settings that the environment variables of OpenTelemetry ask for. A bad value of a variable
/// that decides whether and where telemetry arrives (address, protocol, headers, certificates) is
/// refused. Any other bad value is ignored with a warning, as the specification of OpenTelemetry
/// demands. Such variables are often set for a whole machine, with values for the libraries of
/// other languages.
/// </summary>
/// <param name="Traces">The target of traces; null sends none.</param>
/// <param name="Metrics">The target of metrics; null sends none.</param>
/// <param name="Logs">The target of logs; null sends none.</param>
/// <param name="Warnings">A message for each variable that is ignored.</param>
/// <param name="Ignored">
/// The variables that must be hidden from the OpenTelemetry library, because it would fail on their
/// values.
/// </param>
public sealed record OtlpSettings(OtlpTarget? Traces, OtlpTarget? Metrics, OtlpTarget? Logs, IReadOnlyList<string> Warnings, IReadOnlyList<string> Ignored)
{
    /// <summary>Whether any telemetry is sent.</summary>
    public bool IsWanted => Traces is not null || Metrics is not null || Logs is not null;

    /// <summary>
    /// Reads the variables of
    /// <see href="https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/"/>.
    /// </summary>
    /// <param name="variable">Gets the value of a variable, or null.</param>
    /// <exception cref="InvalidInputException">
    /// The value of a variable cannot be used. The message names the variable.
    /// </exception>
    public static OtlpSettings Read(Func<string, string?> variable)
    {
        var reader = new OtlpVariables(variable);
        return reader.IsDisabled()
            ? new OtlpSettings(null, null, null, [], [])
            : Checked(new OtlpSettings(reader.Target("TRACES"), reader.Target("METRICS"), reader.Target("LOGS"), [], []), reader);
    }

    private static OtlpSettings Checked(OtlpSettings settings, OtlpVariables reader)
    {
        if (!settings.IsWanted)
        {
            return settings;
        }

        foreach (var (name, allowed) in OtlpVariables.Choices)
        {
            reader.CheckChoice(name, allowed);
        }

        foreach (var number in OtlpVariables.Numbers)
        {
            reader.CheckNumber(number);
        }

        reader.CheckRatio("OTEL_TRACES_SAMPLER_ARG");
        reader.CheckBatch("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "OTEL_BSP_MAX_QUEUE_SIZE");
        reader.CheckBatch("OTEL_BLRP_MAX_EXPORT_BATCH_SIZE", "OTEL_BLRP_MAX_QUEUE_SIZE");
        reader.CheckAttributes("OTEL_RESOURCE_ATTRIBUTES");
        return settings with { Warnings = [.. reader.Warnings.Distinct()], Ignored = [.. reader.Ignored.Distinct()] };
    }
}
