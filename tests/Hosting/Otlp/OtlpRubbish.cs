using CsCheck;
using Mnist.Distributed.Hosting.Otlp;

namespace Mnist.Distributed.Tests.Hosting.Otlp;

/// <summary>Draws values of OpenTelemetry's variables, plausible ones and others.</summary>
internal static class OtlpRubbish
{
    public const string Secret = "s3cr3t";

    private static readonly string[] Names =
    [
        "OTEL_SDK_DISABLED", "OTEL_TRACES_SAMPLER_ARG", "OTEL_RESOURCE_ATTRIBUTES", "OTEL_SERVICE_NAME",
        .. OtlpVariables.Choices.Select(choice => choice.Name),
        .. OtlpVariables.Numbers.Select(number => number.Name),
        .. new[] { "TRACES", "METRICS", "LOGS" }.Select(kind => $"OTEL_{kind}_EXPORTER"),
        .. from kind in new[] { "", "TRACES_", "METRICS_", "LOGS_" }
           from what in new[] { "ENDPOINT", "PROTOCOL", "HEADERS", "TIMEOUT", "COMPRESSION", "CLIENT_KEY" }
           select $"OTEL_EXPORTER_OTLP_{kind}{what}",
    ];

    private static readonly string[] Values =
    [
        "http://127.0.0.1:1", "https://127.0.0.1:1/x", "127.0.0.1:1", "http://u:" + Secret + "@127.0.0.1:1", "grpc", "http/protobuf", "otlp", "none", "otlp,none", "console", "true",
        "a=" + Secret, "a=b,c=d,", "=,=", ",", "%", "%0a=%0d", "é=ü", "gzip", "0", "1", "-1", "512", "2147483647", "2147483648", "0.5", "1e3", "NaN", " ", "always_on", "traceidratio",
        "delta", Secret,
    ];

    public static Gen<Dictionary<string, string?>> Variables { get; } =
        Gen.Select(Gen.Int[0, Names.Length - 1].Select(i => Names[i]), Gen.OneOf(Gen.Int[0, Values.Length - 1].Select(i => Values[i]), Gen.String)).Array[0, 12].Select(pairs => pairs
            .Append(("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1"))
            .DistinctBy(pair => pair.Item1)
            .ToDictionary(pair => pair.Item1, pair => (string?)pair.Item2));
}
