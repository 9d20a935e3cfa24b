using CsCheck;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Hosting.Otlp;
using Xunit;

namespace Mnist.Distributed.Tests.Hosting.Otlp;

/// <summary>
/// OpenTelemetry's variables: which values are used, which are refused, and which are ignored with
/// a warning.
/// </summary>
public sealed class OtlpSettingsTests
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string Collector = "http://collector:4317";

    [Fact]
    public void Without_variables_nothing_is_sent() => Assert.False(Read().IsWanted);

    [Fact]
    public void An_endpoint_sends_all_by_gRPC()
    {
        var settings = Read((Endpoint, Collector));

        foreach (var target in new[] { settings.Traces!, settings.Metrics!, settings.Logs! })
        {
            Assert.Equal(
                (new Uri(Collector), true, null, TimeSpan.FromSeconds(10), false, Endpoint),
                (target.Endpoint, target.Requests.IsGrpc, target.Requests.Headers, target.Requests.Timeout, target.Requests.IsCompressed, target.Variable));
        }

        Assert.Empty(settings.Warnings);
    }

    [Theory]
    [InlineData("http://c:4318", "http://c:4318/v1/traces")]
    [InlineData("http://c:4318/", "http://c:4318/v1/traces")]
    [InlineData("https://c/otlp", "https://c/otlp/v1/traces")]
    [InlineData("http://c/v1/traces", "http://c/v1/traces")]
    [InlineData("http://c/a?key=b", "http://c/a/v1/traces?key=b")]
    [InlineData("http://[::1]:4318", "http://[::1]:4318/v1/traces")]
    public void By_HTTP_each_kind_has_its_path(string endpoint, string expected)
    {
        var settings = Read((Endpoint, endpoint), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"));

        Assert.Equal((expected, false), (settings.Traces!.Endpoint.AbsoluteUri, settings.Traces.Requests.IsGrpc));
    }

    [Fact]
    public void A_kind_can_be_sent_by_itself_and_elsewhere()
    {
        var settings = Read(
            ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "https://traces:1/as/it/is"), ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "http/protobuf"),
            ("OTEL_EXPORTER_OTLP_TRACES_HEADERS", "a=b"), ("OTEL_EXPORTER_OTLP_HEADERS", "c=d"), ("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "7"),
            ("OTEL_EXPORTER_OTLP_TRACES_COMPRESSION", "gzip"));

        Assert.Null(settings.Metrics);
        Assert.Null(settings.Logs);
        var traces = settings.Traces!;
        Assert.Equal(
            ("https://traces:1/as/it/is", false, "a=b", 7, true),
            (traces.Endpoint.AbsoluteUri, traces.Requests.IsGrpc, traces.Requests.Headers, traces.Requests.Timeout.TotalMilliseconds, traces.Requests.IsCompressed));
    }

    [Theory]
    [InlineData("OTEL_TRACES_EXPORTER", "none", false, true, true)]
    [InlineData("OTEL_METRICS_EXPORTER", " None ", true, false, true)]
    [InlineData("OTEL_LOGS_EXPORTER", "otlp,none", true, true, false)]
    [InlineData("OTEL_SDK_DISABLED", "TRUE", false, false, false)]
    [InlineData("OTEL_SDK_DISABLED", "false", true, true, true)]
    [InlineData(Endpoint, " ", false, false, false)]
    public void Kinds_can_be_switched_off(string name, string value, bool traces, bool metrics, bool logs)
    {
        var settings = Read((Endpoint, Collector), (name, value));

        Assert.Equal((traces, metrics, logs), (settings.Traces is not null, settings.Metrics is not null, settings.Logs is not null));
        Assert.Empty(settings.Warnings);
    }

    [Fact]
    public void A_kind_is_sent_to_this_machine_where_its_exporter_is_named_and_no_endpoint()
    {
        var settings = Read(("OTEL_METRICS_EXPORTER", "otlp"));

        Assert.Equal("http://localhost:4317/", settings.Metrics!.Endpoint.AbsoluteUri);
        Assert.Null(settings.Traces);
    }

    [Theory]
    [InlineData(Endpoint, "collector:4317")]
    [InlineData(Endpoint, "collector")]
    [InlineData(Endpoint, "127.0.0.1:4317")]
    [InlineData(Endpoint, "http://")]
    [InlineData(Endpoint, "http://collector:99999")]
    [InlineData(Endpoint, "grpc://collector:4317")]
    [InlineData(Endpoint, "/secret")]
    [InlineData("OTEL_EXPORTER_OTLP_LOGS_ENDPOINT", "collector:4317")]
    [InlineData("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json")]
    [InlineData("OTEL_EXPORTER_OTLP_METRICS_PROTOCOL", "secret")]
    [InlineData("OTEL_EXPORTER_OTLP_HEADERS", "secret")]
    [InlineData("OTEL_EXPORTER_OTLP_HEADERS", "=secret")]
    [InlineData("OTEL_EXPORTER_OTLP_HEADERS", "a=b,secret")]
    [InlineData("OTEL_EXPORTER_OTLP_HEADERS", "a=b,,c=secret")]
    [InlineData("OTEL_EXPORTER_OTLP_HEADERS", "a b=secret")]
    [InlineData("OTEL_EXPORTER_OTLP_HEADERS", "a=secret%0d%0aHost:")]
    [InlineData("OTEL_EXPORTER_OTLP_HEADERS", "a=b,A=secret")]
    [InlineData("OTEL_EXPORTER_OTLP_HEADERS", "user-agent=secret")]
    [InlineData("OTEL_EXPORTER_OTLP_TRACES_HEADERS", "secret")]
    [InlineData("OTEL_EXPORTER_OTLP_CLIENT_KEY", "/secret")]
    public void Without_what_nothing_would_arrive_is_refused_by_a_sentence_that_names_the_variable(string name, string value)
    {
        var refused = Assert.Throws<InvalidInputException>(() => Read((Endpoint, Collector), (name, value)));

        Assert.StartsWith(name, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", refused.Message, StringComparison.Ordinal);
        Assert.EndsWith(".", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_TIMEOUT", "soon")]
    [InlineData("OTEL_EXPORTER_OTLP_TIMEOUT", "0")]
    [InlineData("OTEL_EXPORTER_OTLP_TIMEOUT", "-1")]
    [InlineData("OTEL_EXPORTER_OTLP_TIMEOUT", "99999999999")]
    [InlineData("OTEL_EXPORTER_OTLP_COMPRESSION", "zip")]
    [InlineData("OTEL_TRACES_EXPORTER", "zipkin")]
    [InlineData("OTEL_TRACES_SAMPLER", "secret")]
    [InlineData("OTEL_TRACES_SAMPLER_ARG", "2")]
    [InlineData("OTEL_TRACES_SAMPLER_ARG", "NaN")]
    [InlineData("OTEL_BSP_SCHEDULE_DELAY", "-1")]
    [InlineData("OTEL_BSP_MAX_QUEUE_SIZE", "100")]
    [InlineData("OTEL_BLRP_MAX_QUEUE_SIZE", "2147483647")]
    [InlineData("OTEL_BLRP_MAX_EXPORT_BATCH_SIZE", "5000")]
    [InlineData("OTEL_METRIC_EXPORT_INTERVAL", "0.5")]
    [InlineData("OTEL_SPAN_EVENT_COUNT_LIMIT", "-7")]
    [InlineData("OTEL_METRICS_EXEMPLAR_FILTER", "some")]
    public void What_else_cannot_be_used_is_ignored_with_a_warning(string name, string value)
    {
        var settings = Read((Endpoint, Collector), (name, value));

        Assert.True(settings is { Traces: not null, Metrics: not null, Logs: not null });
        Assert.Contains(name, Assert.Single(settings.Warnings), StringComparison.Ordinal);
        Assert.DoesNotContain("secret", settings.Warnings[0], StringComparison.Ordinal);
        Assert.Contains(name, settings.Ignored);
        Assert.Equal(TimeSpan.FromSeconds(10), settings.Traces!.Requests.Timeout);
    }

    [Fact]
    public void A_batch_is_compared_with_the_queue_that_takes_the_place_of_an_ignored_one()
    {
        var settings = Read((Endpoint, Collector), ("OTEL_BSP_MAX_QUEUE_SIZE", "many"), ("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "5000"));

        Assert.Equal(["OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "OTEL_BSP_MAX_QUEUE_SIZE"], settings.Ignored.Order());
    }

    [Fact]
    public void Variables_of_a_machine_that_sends_nothing_are_nobodys_business() =>
        Assert.Empty(Read(("OTEL_TRACES_SAMPLER", "rubbish"), ("OTEL_EXPORTER_OTLP_HEADERS", "rubbish"), ("OTEL_TRACES_EXPORTER", "none")).Warnings);

    /// <summary>
    /// For any values of the variables, the only error is a refusal in one sentence.
    /// </summary>
    [Fact]
    public void Any_rubbish_is_read_or_refused_by_one_sentence() => OtlpRubbish.Variables.Sample(variables =>
    {
        try
        {
            var settings = OtlpSettings.Read(variables.GetValueOrDefault);
            Assert.All(settings.Warnings, IsSentence);
        }
        catch (InvalidInputException refused)
        {
            IsSentence(refused.Message);
        }
    });

    private static void IsSentence(string text)
    {
        Assert.StartsWith("OTEL_", text, StringComparison.Ordinal);
        Assert.EndsWith(".", text, StringComparison.Ordinal);
        Assert.DoesNotContain(OtlpRubbish.Secret, text, StringComparison.Ordinal);
    }

    private static OtlpSettings Read(params (string Name, string Value)[] variables) =>
        OtlpSettings.Read(name => variables.Where(variable => variable.Name == name).Select(variable => variable.Value).LastOrDefault());
}
