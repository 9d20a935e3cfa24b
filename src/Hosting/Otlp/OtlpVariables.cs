using System.Globalization;
using Mnist.Distributed.Contracts;

namespace Mnist.Distributed.Hosting.Otlp;

/// <summary>
/// Reads and checks the variables of OpenTelemetry one by one. Messages never repeat a value,
/// because a value may contain secrets.
/// </summary>
/// <param name="variable">Gets the value of a variable, or null.</param>
internal sealed class OtlpVariables(Func<string, string?> variable)
{
    private const string Prefix = "OTEL_EXPORTER_OTLP_";
    private const int DefaultTimeout = 10_000;
    private const int DefaultQueue = 2048;
    private const int DefaultBatch = 512;

    /// <summary>The longest queue. The library takes 8 bytes for each place at once.</summary>
    private const int LongestQueue = 1 << 20;

    /// <summary>Variables whose value is a word, with the words that the library knows.</summary>
    public static readonly IReadOnlyList<(string Name, string[] Words)> Choices =
    [
        ("OTEL_TRACES_SAMPLER", ["always_on", "always_off", "traceidratio", "parentbased_always_on", "parentbased_always_off", "parentbased_traceidratio"]),
        ("OTEL_METRICS_EXEMPLAR_FILTER", ["always_on", "always_off", "trace_based"]),
        (Prefix + "METRICS_TEMPORALITY_PREFERENCE", ["cumulative", "delta", "lowmemory"]),
        (Prefix + "METRICS_DEFAULT_HISTOGRAM_AGGREGATION", ["explicit_bucket_histogram", "base2_exponential_bucket_histogram"]),
    ];

    /// <summary>Variables whose value is a whole number.</summary>
    public static readonly IReadOnlyList<OtlpNumber> Numbers =
    [
        new("OTEL_BSP_SCHEDULE_DELAY", 1),
        new("OTEL_BSP_EXPORT_TIMEOUT", 1),
        new("OTEL_BSP_MAX_QUEUE_SIZE", 1, LongestQueue),
        new("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", 1),
        new("OTEL_BLRP_SCHEDULE_DELAY", 1),
        new("OTEL_BLRP_EXPORT_TIMEOUT", 1),
        new("OTEL_BLRP_MAX_QUEUE_SIZE", 1, LongestQueue),
        new("OTEL_BLRP_MAX_EXPORT_BATCH_SIZE", 1),
        new("OTEL_METRIC_EXPORT_INTERVAL", 1),
        new("OTEL_METRIC_EXPORT_TIMEOUT", 1),
        new("OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT", 0),
        new("OTEL_ATTRIBUTE_COUNT_LIMIT", 0),
        new("OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT", 0),
        new("OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", 0),
        new("OTEL_SPAN_EVENT_COUNT_LIMIT", 0),
        new("OTEL_SPAN_LINK_COUNT_LIMIT", 0),
        new("OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT", 0),
        new("OTEL_LINK_ATTRIBUTE_COUNT_LIMIT", 0),
        new("OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT", 0),
        new("OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT", 0),
    ];

    private readonly List<string> _warnings = [];
    private readonly List<string> _ignored = [];

    /// <summary>A message for each variable that is ignored.</summary>
    public IReadOnlyList<string> Warnings => _warnings;

    /// <summary>The variables that must be hidden from the library.</summary>
    public IReadOnlyList<string> Ignored => _ignored;

    /// <summary>Whether all telemetry is switched off.</summary>
    public bool IsDisabled()
    {
        CheckChoice("OTEL_SDK_DISABLED", ["true", "false"]);
        return string.Equals(Value("OTEL_SDK_DISABLED"), "true", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The target of one kind of telemetry; null if it is not sent.</summary>
    /// <param name="kind">TRACES, METRICS or LOGS.</param>
    /// <exception cref="InvalidInputException">
    /// The value of a variable cannot be used. The message names the variable.
    /// </exception>
    public OtlpTarget? Target(string kind)
    {
        var exporters = Words($"OTEL_{kind}_EXPORTER", ["otlp", "none"]);
        if (exporters.Contains("none") || (Of(kind, "ENDPOINT") is null && !exporters.Contains("otlp")))
        {
            return null;
        }

        var isGrpc = IsGrpc(kind);
        var (address, variable) = Of(kind, "ENDPOINT") ?? (isGrpc ? "http://localhost:4317" : "http://localhost:4318", Prefix + "ENDPOINT");
        return new OtlpTarget(
            Endpoint(address, variable, isGrpc, kind),
            variable,
            new OtlpRequests(isGrpc, Headers(kind), TimeSpan.FromMilliseconds(Timeout(kind)), IsCompressed(kind)),
            Tls(kind));
    }

    /// <summary>Ignores a variable whose value is none of the words.</summary>
    public void CheckChoice(string name, string[] words)
    {
        if (Value(name) is { } value && !words.Contains(value, StringComparer.OrdinalIgnoreCase))
        {
            Ignore(name, $"use {List(words)}");
        }
    }

    /// <summary>
    /// Ignores a variable whose value is not a whole number, or is too small or too large.
    /// </summary>
    public void CheckNumber(OtlpNumber number)
    {
        var (name, least, most) = number;
        if (Value(name) is not null && !(Number(name) >= least && Number(name) <= most))
        {
            Ignore(name, string.Create(
                CultureInfo.InvariantCulture, $"give a whole number from {least} {(most < int.MaxValue ? $"to {most:N0}" : "on")}"));
        }
    }

    /// <summary>Ignores a variable whose value is not a number from 0 to 1.</summary>
    public void CheckRatio(string name)
    {
        if (Value(name) is { } value && !(double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var ratio) && ratio is >= 0 and <= 1))
        {
            Ignore(name, "give a number from 0 to 1");
        }
    }

    /// <summary>
    /// Ignores the size of a batch and the size of its queue if the batch is larger than the queue.
    /// </summary>
    public void CheckBatch(string batch, string queue)
    {
        if (NumberOr(batch, DefaultBatch) > NumberOr(queue, DefaultQueue))
        {
            _warnings.Add($"{queue} ({DefaultQueue} if it is not set) is less than {batch} ({DefaultBatch}), so both are ignored: raise the one or lower the other.");
            _ignored.AddRange([batch, queue]);
        }
    }

    /// <summary>Warns about a list of attributes of which a part is not an attribute.</summary>
    public void CheckAttributes(string name)
    {
        if (Value(name) is { } value && value.Split(',').Any(part => part.IndexOf('=', StringComparison.Ordinal) <= 0))
        {
            _warnings.Add($"{name} has a part that is no attribute, which is ignored: write key=value,key=value.");
        }
    }

    private bool IsGrpc(string kind) => Of(kind, "PROTOCOL") switch
    {
        null => true,
        { Value: var value } when value.Equals("grpc", StringComparison.OrdinalIgnoreCase) => true,
        { Value: var value } when value.Equals("http/protobuf", StringComparison.OrdinalIgnoreCase) => false,
        { Name: var name } => throw new InvalidInputException($"{name} names no protocol that is known here: use grpc or http/protobuf."),
    };

    private static Uri Endpoint(string address, string name, bool isGrpc, string kind)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var endpoint) || endpoint.Scheme is not ("http" or "https") || endpoint.Host.Length == 0)
        {
            throw new InvalidInputException($"{name} is no address of a collector: write http://HOST:PORT or https://HOST:PORT, for example http://localhost:4317.");
        }

        var path = $"v1/{kind.ToLowerInvariant()}";
        return isGrpc || name != Prefix + "ENDPOINT" || endpoint.AbsolutePath.TrimEnd('/').EndsWith(path, StringComparison.OrdinalIgnoreCase)
            ? endpoint
            : new UriBuilder(endpoint) { Path = $"{endpoint.AbsolutePath.TrimEnd('/')}/{path}" }.Uri;
    }

    /// <summary>
    /// The headers, checked in the way the library reads them: it decodes percent signs before it
    /// splits at commas.
    /// </summary>
    private string? Headers(string kind)
    {
        if (Of(kind, "HEADERS") is not { } headers)
        {
            return null;
        }

        var text = Uri.UnescapeDataString(headers.Value);
        var pairs = text.EndsWith(',') ? text[..^1].Split(',') : text.Split(',');
        var keys = pairs.Select(pair => pair.IndexOf('=', StringComparison.Ordinal) is var end and > 0 ? pair[..end].Trim() : "").ToArray();
        InvalidInputException.Require(
            keys.All(IsToken) && text.All(character => !char.IsControl(character) && char.IsAscii(character)),
            $"{headers.Name} is no list of headers: write key=value,key=value, with a percent sign and two digits for whatever else is in a value.");
        InvalidInputException.Require(
            keys.Distinct(StringComparer.OrdinalIgnoreCase).Count() == keys.Length && !keys.Contains("User-Agent", StringComparer.OrdinalIgnoreCase),
            $"{headers.Name} has a header twice, or User-Agent, which is set already: name each header once.");
        return headers.Value;
    }

    private int Timeout(string kind)
    {
        if (Of(kind, "TIMEOUT") is not { } timeout)
        {
            return DefaultTimeout;
        }

        CheckNumber(new(timeout.Name, 1));
        return NumberOr(timeout.Name, DefaultTimeout);
    }

    private bool IsCompressed(string kind)
    {
        if (Of(kind, "COMPRESSION") is not { } compression)
        {
            return false;
        }

        CheckChoice(compression.Name, ["gzip", "none"]);
        return compression.Value.Equals("gzip", StringComparison.OrdinalIgnoreCase);
    }

    private OtlpTls Tls(string kind)
    {
        var tls = new OtlpTls(Of(kind, "CERTIFICATE")?.Value, Of(kind, "CLIENT_CERTIFICATE")?.Value, Of(kind, "CLIENT_KEY")?.Value);
        InvalidInputException.Require(
            tls.Key is null || tls.Certificate is not null, $"{Prefix}CLIENT_KEY is set without {Prefix}CLIENT_CERTIFICATE: set both, or none.");
        return tls;
    }

    /// <summary>The words of a list. Unknown words are ignored with a warning.</summary>
    private string[] Words(string name, string[] known)
    {
        string[] words = [.. (Value(name) ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(word => word.ToLowerInvariant())];
        if (words.Except(known).Any())
        {
            Ignore(name, $"use {List(known)}", "what it names is not known here and is ignored");
        }

        return words;
    }

    /// <summary>
    /// The variable for one kind of telemetry or, if it is not set, the variable for all kinds.
    /// </summary>
    private (string Value, string Name)? Of(string kind, string what) =>
        Value($"{Prefix}{kind}_{what}") is { } own ? (own, $"{Prefix}{kind}_{what}")
        : Value(Prefix + what) is { } common ? (common, Prefix + what)
        : null;

    /// <summary>The number that the library will use.</summary>
    private int NumberOr(string name, int standard) => _ignored.Contains(name) ? standard : Number(name) ?? standard;

    private int? Number(string name) => int.TryParse(Value(name), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>The value of a variable. An empty variable counts as not set.</summary>
    private string? Value(string name) => variable(name)?.Trim() is { Length: > 0 } value ? value : null;

    private void Ignore(string name, string advice, string how = "it is ignored")
    {
        _warnings.Add($"{name} cannot be used, so {how}: {advice}.");
        _ignored.Add(name);
    }

    /// <summary>Whether a text may be the name of a header (RFC 9110, section 5.6.2).</summary>
    private static bool IsToken(string text) =>
        text.Length > 0 && text.All(character => char.IsAsciiLetterOrDigit(character) || "!#$%&'*+-.^_`|~".Contains(character));

    private static string List(string[] words) => $"{string.Join(", ", words[..^1])} or {words[^1]}";
}
