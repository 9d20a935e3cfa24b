using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using CsCheck;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Grains.Telemetry;
using Mnist.Distributed.Hosting.Otlp;
using Mnist.Distributed.Hosting.Sockets;
using Mnist.Distributed.Tests.Telemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using Xunit;

namespace Mnist.Distributed.Tests.Hosting.Otlp;

/// <summary>A host that sends telemetry, with collectors of all kinds.</summary>
public sealed class OtlpExportTests
{
    /// <summary>
    /// How much longer the end of a host may take because of its collector. The product promises
    /// 2 s; the library alone would wait 5 s three times. The rest is a margin for a busy machine:
    /// what gives up the three requests is compiled then, and waits for a free processor.
    /// </summary>
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(2 + 1.5);

    private readonly ConcurrentQueue<string> _told = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_sent_arrives_under_the_name_that_the_variables_give()
    {
        await using var receiver = new OtlpReceiver();
        await Run(
            ("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.Endpoint), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"), ("OTEL_EXPORTER_OTLP_HEADERS", "a=b"),
            ("OTEL_SERVICE_NAME", "mine"), ("OTEL_RESOURCE_ATTRIBUTES", "deployment=test"));

        Assert.Contains(receiver.Spans, span => span.Name == "a span of this test");
        Assert.Contains("a.counter.of.this.test", receiver.MetricNames);
        Assert.Contains("/v1/logs", receiver.Resources.Keys);
        Assert.All(receiver.Resources.Values, resource => Assert.Equal(
            ("mine", "test", "instance-"), (resource["service.name"], resource["deployment"], resource["service.instance.id"][..9])));
        Assert.Empty(_told);
    }

    [Fact]
    public async Task What_is_switched_off_is_not_sent()
    {
        await using var receiver = new OtlpReceiver();
        await Run(
            ("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.Endpoint), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
            ("OTEL_METRICS_EXPORTER", "none"), ("OTEL_LOGS_EXPORTER", "none"));

        Assert.Equal(["/v1/traces"], receiver.Resources.Keys);
        Assert.Equal("program", receiver.Resources["/v1/traces"]["service.name"]);
    }

    [Theory]
    [InlineData("grpc")]
    [InlineData("http/protobuf")]
    public async Task A_collector_that_accepts_and_never_answers_is_given_up_and_told_of_once(string protocol)
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var endpoint = $"http://127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}";

        var ending = await Run(("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint), ("OTEL_EXPORTER_OTLP_PROTOCOL", protocol));

        await IsInTime(ending);
        IsUndelivered(endpoint, "does not answer");
    }

    [Fact]
    public async Task A_collector_that_is_not_there_is_told_of_once()
    {
        var endpoint = $"http://127.0.0.1:{FreePorts.Take(1)[0]}";

        var ending = await Run(("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint));

        await IsInTime(ending);
        IsUndelivered(endpoint, "refused");
    }

    [Fact]
    public async Task A_collector_that_refuses_is_told_of_once()
    {
        await using var receiver = new OtlpReceiver { Status = 403 };

        await Run(("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.Endpoint), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"));

        IsUndelivered(receiver.Endpoint, "403");
    }

    /// <summary>
    /// With any settings that are not refused, the library starts. It would throw at some of the
    /// settings that are ignored here. A host waits for its collector at its end, so many hosts
    /// end at once, on threads of their own: the pool is for the tests beside this one.
    /// </summary>
    [Fact]
    public void With_any_rubbish_that_is_not_refused_the_library_starts() => OtlpRubbish.Variables.Array[30].Sample(
        rubbish =>
        {
            var hosts = rubbish.Select(variables => Task.Factory.StartNew(() => Start(variables), Cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default));
            Task.WaitAll([.. hosts], Cancellation);
        },
        iter: 2,
        threads: 1);

    [Fact]
    public void A_certificate_that_cannot_be_read_is_refused()
    {
        var refused = Assert.Throws<InvalidInputException>(() => Host.CreateEmptyApplicationBuilder(null).AddOtlpExport(
            "program",
            "cluster",
            "instance",
            new Dictionary<string, string?> { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "https://c", ["OTEL_EXPORTER_OTLP_CERTIFICATE"] = "/nowhere.pem" },
            _ => { }));

        Assert.Contains("/nowhere.pem", refused.Message, StringComparison.Ordinal);
    }

    /// <summary>Compares the end of a host with that of a host without a collector.</summary>
    private async Task IsInTime(TimeSpan ending)
    {
        var usual = await Run();
        Assert.True(ending - usual < LongestDelay, $"It took {ending}, and {usual} without a collector.");
    }

    private static void Start(IReadOnlyDictionary<string, string?> variables)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        try
        {
            builder.AddOtlpExport("program", "cluster", "instance", variables, _ => { });
        }
        catch (InvalidInputException)
        {
            return;
        }

        using var host = builder.Build();
        _ = host.Services.GetService<TracerProvider>();
        _ = host.Services.GetService<MeterProvider>();
        _ = host.Services.GetRequiredService<ILoggerFactory>();
    }

    private void IsUndelivered(string endpoint, string reason)
    {
        var sentence = Assert.Single(_told);
        Assert.Contains($"could not be delivered to {endpoint} (", sentence, StringComparison.Ordinal);
        Assert.Contains(reason, sentence, StringComparison.Ordinal);
    }

    /// <summary>Runs a host that sends telemetry of each kind.</summary>
    /// <returns>The time that the end of the host took.</returns>
    private async Task<TimeSpan> Run(params (string Name, string Value)[] variables)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.AddOtlpExport("program", "cluster", "instance", variables.ToDictionary(variable => variable.Name, variable => (string?)variable.Value), _told.Enqueue);
        var host = builder.Build();
        await host.StartAsync(Cancellation);
        using var source = new ActivitySource(TrainingTelemetry.Name);
        using var meter = new Meter(TrainingTelemetry.Name);
        source.StartActivity("a span of this test")?.Dispose();
        meter.CreateCounter<long>("a.counter.of.this.test").Add(1);
        host.Services.GetRequiredService<ILogger<OtlpExportTests>>().LogWarning("A line of this test");

        var start = Stopwatch.GetTimestamp();
        await host.StopAsync(Cancellation);
        host.Dispose();
        return Stopwatch.GetElapsedTime(start);
    }
}
