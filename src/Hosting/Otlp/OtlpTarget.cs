namespace Mnist.Distributed.Hosting.Otlp;

/// <summary>The target of one kind of telemetry, and the form of its requests.</summary>
/// <param name="Endpoint">
/// The address. It includes the path of the kind of telemetry if the protocol needs one.
/// </param>
/// <param name="Variable">The variable that contains the address, for messages.</param>
/// <param name="Requests">The form of requests.</param>
/// <param name="Tls">The files with certificates.</param>
public sealed record OtlpTarget(Uri Endpoint, string Variable, OtlpRequests Requests, OtlpTls Tls)
{
    /// <summary>The address without the parts that may be secret.</summary>
    public override string ToString() => $"{Endpoint.Scheme}://{Endpoint.Authority}";
}

/// <summary>The form of the requests that deliver telemetry.</summary>
/// <param name="IsGrpc">
/// Whether requests use gRPC. Otherwise they use HTTP with protobuf bodies.
/// </param>
/// <param name="Headers">
/// Headers as <c>key=value,key=value</c>, or null. They may contain secrets.
/// </param>
/// <param name="Timeout">How long a request may take.</param>
/// <param name="IsCompressed">Whether requests are compressed with gzip.</param>
public sealed record OtlpRequests(bool IsGrpc, string? Headers, TimeSpan Timeout, bool IsCompressed);
