using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;
using Google.Protobuf;
using Mnist.Distributed.Hosting.Sockets;

namespace Mnist.Distributed.Tests.Telemetry;

/// <summary>
/// An OpenTelemetry backend that only receives: OTLP over HTTP with protobuf bodies.
/// </summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Task _serving;
    private volatile bool _isStopping;

    public OtlpReceiver()
    {
        Endpoint = $"http://127.0.0.1:{FreePorts.Take(1)[0]}";
        _listener.Prefixes.Add($"{Endpoint}/");
        _listener.Start();
        _serving = Serve();
    }

    public string Endpoint { get; }

    /// <summary>The status of its answers.</summary>
    public int Status { get; init; } = 200;

    /// <summary>Attributes of the process that has sent last, by path.</summary>
    public ConcurrentDictionary<string, IReadOnlyDictionary<string, string>> Resources { get; } = [];

    public ConcurrentBag<Span> Spans { get; } = [];

    public ConcurrentBag<string> MetricNames { get; } = [];

    /// <summary>The newest data points of each metric.</summary>
    public ConcurrentDictionary<string, IReadOnlyList<Point>> Points { get; } = [];

    /// <summary>Trace ids of log records, for those that have one.</summary>
    public ConcurrentBag<string> LogTraceIds { get; } = [];

    public async ValueTask DisposeAsync()
    {
        // HttpListener ends its waiting calls before its IsListening is false.
        _isStopping = true;
        _listener.Stop();
        await _serving;
        _listener.Close();
    }

    private async Task Serve()
    {
        while (!_isStopping)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception) when (_isStopping)
            {
                return;
            }

            using var body = new MemoryStream();
            await context.Request.InputStream.CopyToAsync(body);
            Read(context.Request.Url!.AbsolutePath, body.ToArray());
            context.Response.StatusCode = Status;
            context.Response.Close();
        }
    }

    // Field numbers are those of opentelemetry-proto v1.
    private void Read(string path, byte[] request)
    {
        foreach (var resource in ProtoMessage.Parse(request).Messages(1))
        {
            Resources[path] = resource.Messages(1).SelectMany(Span.Attributes(1)).ToDictionary();
            var service = Resources[path]["service.instance.id"];
            foreach (var item in resource.Messages(2).SelectMany(scope => scope.Messages(2)))
            {
                switch (path)
                {
                    case "/v1/traces":
                        Spans.Add(Span.Read(item, service));
                        break;
                    case "/v1/metrics":
                        MetricNames.Add(item.Text(1));
                        Points[item.Text(1)] = [.. new[] { 5, 7, 9 }.SelectMany(kind => item.Messages(kind).SelectMany(data => data.Messages(1)).Select(point => Point.Read(point, isHistogram: kind == 9)))];
                        break;
                    case "/v1/logs" when item.Bytes(9).Length > 0:
                        LogTraceIds.Add(Convert.ToHexStringLower(item.Bytes(9)));
                        break;
                }
            }
        }
    }
}

/// <summary>A span as it was received.</summary>
internal sealed record Span(string TraceId, string Id, string ParentId, string Name, string Instance, IReadOnlyDictionary<string, string> Tags)
{
    /// <summary>Start in nanoseconds since 1970.</summary>
    public required ulong Start { get; init; }

    /// <summary>End in nanoseconds since 1970.</summary>
    public required ulong End { get; init; }

    /// <summary>Names of its events, with their attributes.</summary>
    public required IReadOnlyList<(string Name, IReadOnlyDictionary<string, string> Tags)> Events { get; init; }

    /// <summary>Ids of the spans that it refers to.</summary>
    public required IReadOnlyList<string> Links { get; init; }

    /// <summary>Whether its status is Error.</summary>
    public required bool IsError { get; init; }

    public static Span Read(ProtoMessage span, string instance) => new(
        Convert.ToHexStringLower(span.Bytes(1)),
        Convert.ToHexStringLower(span.Bytes(2)),
        Convert.ToHexStringLower(span.Bytes(4)),
        span.Text(5),
        instance,
        Attributes(9)(span).ToDictionary())
    {
        Start = span.Number(7),
        End = span.Number(8),
        Events = [.. span.Messages(11).Select(item => (item.Text(2), (IReadOnlyDictionary<string, string>)Attributes(3)(item).ToDictionary()))],
        Links = [.. span.Messages(13).Select(link => Convert.ToHexStringLower(link.Bytes(2)))],
        IsError = span.Messages(15).Any(status => status.Number(3) == 2),
    };

    /// <summary>Reads the key-value pairs in a field.</summary>
    public static Func<ProtoMessage, IEnumerable<KeyValuePair<string, string>>> Attributes(int field) => message => message
        .Messages(field)
        .Select(pair => KeyValuePair.Create(pair.Text(1), pair.Messages(2).Select(value => value.AnyValue()).FirstOrDefault("")));
}

/// <summary>A data point of a metric.</summary>
/// <param name="Tags">Its attributes.</param>
/// <param name="Bounds">The bounds of its buckets; empty if it is no histogram.</param>
/// <param name="Counts">The number of values in each bucket.</param>
internal sealed record Point(IReadOnlyDictionary<string, string> Tags, IReadOnlyList<double> Bounds, IReadOnlyList<long> Counts)
{
    public static Point Read(ProtoMessage point, bool isHistogram)
    {
        return new Point(
            Span.Attributes(isHistogram ? 9 : 7)(point).ToDictionary(),
            isHistogram ? MemoryMarshal.Cast<byte, double>(point.Bytes(7)).ToArray() : [],
            isHistogram ? MemoryMarshal.Cast<byte, long>(point.Bytes(6)).ToArray() : []);
    }
}

/// <summary>A protobuf message by field numbers.</summary>
internal sealed class ProtoMessage
{
    private readonly List<(int Field, object Value)> _fields = [];

    public static ProtoMessage Parse(byte[] bytes)
    {
        var message = new ProtoMessage();
        var input = new CodedInputStream(bytes);
        while (input.ReadTag() is var tag and not 0)
        {
            message._fields.Add((WireFormat.GetTagFieldNumber(tag), WireFormat.GetTagWireType(tag) switch
            {
                WireFormat.WireType.Varint => input.ReadInt64(),
                WireFormat.WireType.Fixed64 => input.ReadFixed64(),
                WireFormat.WireType.Fixed32 => input.ReadFixed32(),
                _ => input.ReadBytes().ToByteArray(),
            }));
        }

        return message;
    }

    public IEnumerable<ProtoMessage> Messages(int field) => All(field).Select(value => Parse((byte[])value));

    public byte[] Bytes(int field) => (byte[]?)All(field).FirstOrDefault() ?? [];

    /// <summary>A number; 0 if there is none.</summary>
    public ulong Number(int field) => All(field).FirstOrDefault() switch
    {
        ulong value => value,
        uint value => value,
        long value => (ulong)value,
        _ => 0,
    };

    public string Text(int field) => System.Text.Encoding.UTF8.GetString(Bytes(field));

    /// <summary>An AnyValue: string 1, bool 2, int 3, double 4.</summary>
    public string AnyValue() => _fields[0] switch
    {
        (1, byte[] text) => System.Text.Encoding.UTF8.GetString(text),
        (4, ulong bits) => BitConverter.UInt64BitsToDouble(bits).ToString("R", CultureInfo.InvariantCulture),
        var (_, value) => $"{value}",
    };

    private IEnumerable<object> All(int field) => _fields.Where(entry => entry.Field == field).Select(entry => entry.Value);
}
