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
    private readonly ConcurrentDictionary<(string Metric, Exemplar Exemplar), bool> _exemplars = [];
    private volatile bool _isStopping;
    private TaskCompletionSource _more = NewSource();

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

    /// <summary>The runs that have points in the newest metrics of a process, by process.</summary>
    public ConcurrentDictionary<string, IReadOnlySet<string>> MeasuredRuns { get; } = [];

    public ConcurrentBag<LogRecord> Logs { get; } = [];

    /// <summary>All values that the points of a metric have shown as examples.</summary>
    public IReadOnlyList<Exemplar> ExemplarsOf(string metric) => [.. _exemplars.Keys.Where(shown => shown.Metric == metric).Select(shown => shown.Exemplar)];

    /// <summary>Waits until what has been received fulfils a condition.</summary>
    public async Task Until(Func<bool> condition, CancellationToken guard)
    {
        while (true)
        {
            var more = Volatile.Read(ref _more).Task;
            if (condition())
            {
                return;
            }

            await more.WaitAsync(guard);
        }
    }

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

            try
            {
                using var body = new MemoryStream();
                await context.Request.InputStream.CopyToAsync(body);
                Read(context.Request.Url!.AbsolutePath, body.ToArray());
                context.Response.StatusCode = Status;
                context.Response.Close();
            }
            catch (Exception cut) when (cut is HttpListenerException or IOException or ObjectDisposedException)
            {
                // The sender was killed.
            }

            Interlocked.Exchange(ref _more, NewSource()).SetResult();
        }
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Field numbers are those of opentelemetry-proto v1.
    private void Read(string path, byte[] request)
    {
        foreach (var resource in ProtoMessage.Parse(request).Messages(1))
        {
            Resources[path] = resource.Messages(1).SelectMany(Span.Attributes(1)).ToDictionary();
            var service = Resources[path]["service.instance.id"];
            var items = resource.Messages(2).SelectMany(scope => scope.Messages(2)).ToArray();
            switch (path)
            {
                case "/v1/traces":
                    Array.ForEach(items, item => Spans.Add(Span.Read(item, service)));
                    break;
                case "/v1/metrics":
                    ReadMetrics(items, service);
                    break;
                case "/v1/logs":
                    Array.ForEach(items, item => Logs.Add(LogRecord.Read(item)));
                    break;
            }
        }
    }

    private void ReadMetrics(ProtoMessage[] items, string process)
    {
        var metrics = Array.ConvertAll(items, item => (Name: item.Text(1), Points: Point.AllOf(item)));

        // The runs come first: who sees a name already sees the runs of its process.
        MeasuredRuns[process] = metrics.SelectMany(metric => metric.Points).Select(point => point.Tags.GetValueOrDefault("mnist.run.id")).OfType<string>().ToHashSet();
        foreach (var (name, points) in metrics)
        {
            MetricNames.Add(name);
            Points[name] = points;
            foreach (var exemplar in points.SelectMany(point => point.Exemplars))
            {
                _exemplars[(name, exemplar)] = true;
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

    /// <summary>The sentence of its status; empty if there is none.</summary>
    public required string Message { get; init; }

    public double Seconds => (End - Start) / 1e9;

    public static Span Read(ProtoMessage span, string instance) => new(
        span.Id(1),
        span.Id(2),
        span.Id(4),
        span.Text(5),
        instance,
        Attributes(9)(span).ToDictionary())
    {
        Start = span.Number(7),
        End = span.Number(8),
        Events = [.. span.Messages(11).Select(item => (item.Text(2), (IReadOnlyDictionary<string, string>)Attributes(3)(item).ToDictionary()))],
        Links = [.. span.Messages(13).Select(link => link.Id(2))],
        IsError = span.Messages(15).Any(status => status.Number(3) == 2),
        Message = span.Messages(15).Select(status => status.Text(2)).FirstOrDefault(""),
    };

    public bool Has(string happened) => Events.Any(item => item.Name == happened);

    /// <summary>How long before another span it starts, in seconds.</summary>
    public double SecondsBefore(Span other) => ((double)other.Start - Start) / 1e9;

    /// <summary>Reads the key-value pairs in a field.</summary>
    public static Func<ProtoMessage, IEnumerable<KeyValuePair<string, string>>> Attributes(int field) => message => message
        .Messages(field)
        .Select(pair => KeyValuePair.Create(pair.Text(1), pair.Messages(2).Select(value => value.AnyValue()).FirstOrDefault("")));
}

/// <summary>A log record.</summary>
/// <param name="TraceId">The trace of the span in which it was written; empty without one.</param>
/// <param name="SpanId">The span; empty without one.</param>
/// <param name="Body">The text.</param>
/// <param name="Tags">Its attributes.</param>
/// <param name="Time">When it was written, in nanoseconds since 1970.</param>
internal sealed record LogRecord(string TraceId, string SpanId, string Body, IReadOnlyDictionary<string, string> Tags, ulong Time)
{
    // A template of a log may name an attribute twice.
    public static LogRecord Read(ProtoMessage log) => new(
        log.Id(9),
        log.Id(10),
        log.Messages(5).Select(body => body.AnyValue()).FirstOrDefault(""),
        Span.Attributes(6)(log).DistinctBy(pair => pair.Key).ToDictionary(),
        log.Number(1));
}

/// <summary>A data point of a metric.</summary>
/// <param name="Tags">Its attributes.</param>
/// <param name="Bounds">The bounds of its buckets; empty if it is no histogram.</param>
/// <param name="Counts">The number of values in each bucket.</param>
/// <param name="Exemplars">Values that it shows as examples.</param>
internal sealed record Point(
    IReadOnlyDictionary<string, string> Tags, IReadOnlyList<double> Bounds, IReadOnlyList<long> Counts, IReadOnlyList<Exemplar> Exemplars)
{
    /// <summary>The points of a metric: a gauge 5, a sum 7, a histogram 9.</summary>
    public static IReadOnlyList<Point> AllOf(ProtoMessage metric) =>
        [.. new[] { 5, 7, 9 }.SelectMany(kind => metric.Messages(kind).SelectMany(data => data.Messages(1)).Select(point => Read(point, isHistogram: kind == 9)))];

    private static Point Read(ProtoMessage point, bool isHistogram) => new(
        Span.Attributes(isHistogram ? 9 : 7)(point).ToDictionary(),
        isHistogram ? MemoryMarshal.Cast<byte, double>(point.Bytes(7)).ToArray() : [],
        isHistogram ? MemoryMarshal.Cast<byte, long>(point.Bytes(6)).ToArray() : [],
        [.. point.Messages(isHistogram ? 8 : 5).Select(Exemplar.Read)]);
}

/// <summary>A value that a data point shows as an example.</summary>
/// <param name="TraceId">The trace of the span in which it was measured.</param>
/// <param name="SpanId">The span.</param>
/// <param name="Value">The value; 0 if it is an integer.</param>
internal sealed record Exemplar(string TraceId, string SpanId, double Value)
{
    public static Exemplar Read(ProtoMessage exemplar) => new(exemplar.Id(5), exemplar.Id(4), BitConverter.UInt64BitsToDouble(exemplar.Number(3)));
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

    /// <summary>The id of a trace or of a span; empty if there is none.</summary>
    public string Id(int field) => Convert.ToHexStringLower(Bytes(field));

    public string Text(int field) => System.Text.Encoding.UTF8.GetString(Bytes(field));

    /// <summary>An AnyValue: string 1, bool 2, int 3, double 4; empty if there is none.</summary>
    public string AnyValue() => _fields.FirstOrDefault() switch
    {
        (1, byte[] text) => System.Text.Encoding.UTF8.GetString(text),
        (4, ulong bits) => BitConverter.UInt64BitsToDouble(bits).ToString("R", CultureInfo.InvariantCulture),
        var (_, value) => $"{value}",
    };

    private IEnumerable<object> All(int field) => _fields.Where(entry => entry.Field == field).Select(entry => entry.Value);
}
