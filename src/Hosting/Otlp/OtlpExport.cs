using System.Collections;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Grains.Telemetry;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Mnist.Distributed.Hosting.Otlp;

/// <summary>
/// Sends traces, metrics and logs by OTLP if the standard environment variables ask for it.
/// Otherwise it does nothing.
/// </summary>
public static class OtlpExport
{
    /// <summary>
    /// Values of variables that are not set. With the defaults of OpenTelemetry, a run of a minute
    /// would be one point of a curve, and a killed process would take 5 s of spans with it.
    /// </summary>
    private static readonly Dictionary<string, string?> Defaults = new()
    {
        ["OTEL_BSP_SCHEDULE_DELAY"] = "1000",
        ["OTEL_BLRP_SCHEDULE_DELAY"] = "1000",
        ["OTEL_METRIC_EXPORT_INTERVAL"] = "1000",
        ["OTEL_METRICS_EXEMPLAR_FILTER"] = "trace_based",
    };

    /// <summary>
    /// Makes the names of processes unique. It is one for all signals and hosts of the process, so
    /// that a backend shows the process once.
    /// </summary>
    private static readonly string Suffix = Guid.NewGuid().ToString("N")[..8];

    /// <summary>
    /// A run has some sixteen series of metrics on a silo. The library does not use the place of an
    /// ended series again, and has a thousand places by default.
    /// </summary>
    private const int MostStreams = 100_000;

    /// <summary>
    /// Adds the export to a host. The variables of OpenTelemetry may give other names.
    /// </summary>
    /// <param name="builder">The host.</param>
    /// <param name="service">The name of the program: the <c>service.name</c> attribute.</param>
    /// <param name="cluster">
    /// The name of the cluster: the <c>service.namespace</c> attribute; null if there is none.
    /// </param>
    /// <param name="instance">
    /// Names this process; with a random suffix the <c>service.instance.id</c> attribute.
    /// </param>
    /// <exception cref="InvalidInputException">A variable cannot be used.</exception>
    public static IHostApplicationBuilder AddOtlpExport(this IHostApplicationBuilder builder, string service, string? cluster, string instance)
    {
        var variables = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .Select(entry => KeyValuePair.Create((string)entry.Key, (string?)entry.Value))
            .Where(entry => entry.Key.StartsWith("OTEL_", StringComparison.Ordinal));
        var given = new Dictionary<string, string?>(variables);
        if (!given.Any(SaysWhere) && LocalBackend.Find() is { } backend)
        {
            foreach (var (name, value) in backend.Variables)
            {
                given[name] = value;
            }
        }

        return builder.AddOtlpExport(service, cluster, instance, given, sentence => Console.Error.WriteLine($"{service}: {sentence}"));
    }

    /// <summary>Whether a variable says where or how telemetry is sent.</summary>
    private static bool SaysWhere(KeyValuePair<string, string?> variable) =>
        variable.Key.StartsWith("OTEL_EXPORTER_OTLP_", StringComparison.Ordinal)
        || (variable.Key.EndsWith("_EXPORTER", StringComparison.Ordinal) && variable.Value?.Contains("otlp", StringComparison.OrdinalIgnoreCase) == true);

    /// <summary>
    /// The same with given variables and another receiver of messages, for tests.
    /// </summary>
    internal static IHostApplicationBuilder AddOtlpExport(
        this IHostApplicationBuilder builder, string service, string? cluster, string instance, IReadOnlyDictionary<string, string?> variables, Action<string> tell)
    {
        var settings = OtlpSettings.Read(variables.GetValueOrDefault);
        foreach (var warning in settings.Warnings)
        {
            tell(warning);
        }

        if (!settings.IsWanted)
        {
            return builder;
        }

        // The OpenTelemetry library reads its variables from the configuration of the host. It may
        // throw for the values that are ignored here, so the configuration hides them.
        builder.Configuration.AddInMemoryCollection(Defaults);
        builder.Configuration.AddInMemoryCollection(
            variables.Select(entry => KeyValuePair.Create(entry.Key, settings.Ignored.Contains(entry.Key) ? null : entry.Value)));

        var delivery = new OtlpDelivery(tell);
        builder.Services.AddSingleton<IHostedService>(services =>
        {
            delivery.Logger = services.GetRequiredService<ILogger<OtlpDelivery>>();
            return delivery;
        });
        builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource
                .AddService(service, cluster, ProductVersion.Text, serviceInstanceId: $"{instance}-{Suffix}")
                .AddEnvironmentVariableDetector())
            .Send(settings.Traces, delivery, (telemetry, configure) => telemetry
                .WithTracing(tracing => tracing.AddSource(TrainingTelemetry.Name).AddOtlpExporter(configure)))
            .Send(settings.Metrics, delivery, (telemetry, configure) => telemetry
                .WithMetrics(metrics => metrics.AddMeter(TrainingTelemetry.Name, "Microsoft.Orleans").AddRuntimeInstrumentation().SetMaxMetricStreams(MostStreams).AddOtlpExporter(configure)))
            .Send(settings.Logs, delivery, (telemetry, configure) => telemetry
                .WithLogging(logging => logging.AddOtlpExporter(configure), logs => logs.IncludeFormattedMessage = true));
        return builder;
    }

    private static OpenTelemetryBuilder Send(
        this OpenTelemetryBuilder telemetry, OtlpTarget? target, OtlpDelivery delivery, Action<OpenTelemetryBuilder, Action<OtlpExporterOptions>> add)
    {
        if (target is not null)
        {
            // The certificates are read here too, so that a file that cannot be read is reported
            // before the host starts.
            target.Tls.Load();
            add(telemetry, options =>
            {
                options.Endpoint = target.Endpoint;
                options.Protocol = target.Requests.IsGrpc ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf;
                options.Headers = target.Requests.Headers;
                options.TimeoutMilliseconds = (int)target.Requests.Timeout.TotalMilliseconds;
                options.Compression = target.Requests.IsCompressed ? OtlpExportCompression.GZip : OtlpExportCompression.None;
                options.HttpClientFactory = () => OtlpHandler.Client(target, delivery);
            });
        }

        return telemetry;
    }
}
