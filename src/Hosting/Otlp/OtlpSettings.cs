using Mnist.Distributed.Contracts;

namespace Mnist.Distributed.Hosting.Otlp;

/// <summary>
/// What OpenTelemetry's variables ask for. A value without which nothing would arrive, or
/// elsewhere, is refused: the address, the protocol, the headers, the certificates. Any other one
/// that cannot be used is ignored with a warning, as OpenTelemetry's specification wants it:
/// variables are often set for a whole machine, in the words of other languages' libraries.
/// </summary>
/// <param name="Traces">Where traces go; null sends none.</param>
/// <param name="Metrics">Where metrics go; null sends none.</param>
/// <param name="Logs">Where logs go; null sends none.</param>
/// <param name="Warnings">A sentence for each variable that is ignored.</param>
/// <param name="Ignored">The variables that OpenTelemetry must not see.</param>
public sealed record OtlpSettings(OtlpTarget? Traces, OtlpTarget? Metrics, OtlpTarget? Logs, IReadOnlyList<string> Warnings, IReadOnlyList<string> Ignored)
{
    /// <summary>Whether anything is sent.</summary>
    public bool IsWanted => Traces is not null || Metrics is not null || Logs is not null;

    /// <summary>
    /// Reads the variables of
    /// <see href="https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/"/>.
    /// </summary>
    /// <param name="variable">The value of a variable, or null.</param>
    /// <exception cref="InvalidInputException">One of them cannot be used.</exception>
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

        foreach (var (name, least) in OtlpVariables.Numbers)
        {
            reader.CheckNumber(name, least);
        }

        reader.CheckRatio("OTEL_TRACES_SAMPLER_ARG");
        reader.CheckBatch("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "OTEL_BSP_MAX_QUEUE_SIZE");
        reader.CheckBatch("OTEL_BLRP_MAX_EXPORT_BATCH_SIZE", "OTEL_BLRP_MAX_QUEUE_SIZE");
        reader.CheckAttributes("OTEL_RESOURCE_ATTRIBUTES");
        return settings with { Warnings = [.. reader.Warnings.Distinct()], Ignored = [.. reader.Ignored.Distinct()] };
    }
}
