using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Mnist.Distributed.Grains.Telemetry;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace Mnist.Distributed.Grains.Hosting;

/// <summary>Sends traces, metrics and logs by OTLP where the standard environment variable asks for it, and is silent otherwise.</summary>
public static class OtlpExport
{
    /// <summary>The variable that switches the export on; OpenTelemetry's own variables configure the rest.</summary>
    public const string EndpointVariable = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>Whether the environment asks for an export.</summary>
    public static bool IsWanted => !string.IsNullOrWhiteSpace(Environment.GetEnvironmentVariable(EndpointVariable));

    /// <summary>Adds the export for a process that calls itself <paramref name="service"/>.</summary>
    /// <param name="builder">The host.</param>
    /// <param name="service">The <c>service.name</c> attribute.</param>
    /// <param name="instance">The <c>service.instance.id</c> attribute.</param>
    public static IHostApplicationBuilder AddOtlpExport(this IHostApplicationBuilder builder, string service, string instance)
    {
        if (!IsWanted)
        {
            return builder;
        }

        // OpenTelemetry reads its variables through the host's configuration.
        builder.Configuration.AddEnvironmentVariables();
        builder.Logging.AddOpenTelemetry(logs => logs.IncludeFormattedMessage = true);
        builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(service, serviceInstanceId: instance))
            .WithTracing(tracing => tracing.AddSource(TrainingTelemetry.Name))
            .WithMetrics(metrics => metrics.AddMeter(TrainingTelemetry.Name, "Microsoft.Orleans").AddRuntimeInstrumentation())
            .UseOtlpExporter();
        return builder;
    }
}
