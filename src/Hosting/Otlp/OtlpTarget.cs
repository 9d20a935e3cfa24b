namespace Mnist.Distributed.Hosting.Otlp;

/// <summary>Where one kind of telemetry goes, and how.</summary>
/// <param name="Endpoint">The address, with the path of the kind where the protocol needs
/// one.</param>
/// <param name="Variable">The variable that named the address.</param>
/// <param name="Requests">The form of requests.</param>
/// <param name="Tls">Files with certificates.</param>
public sealed record OtlpTarget(Uri Endpoint, string Variable, OtlpRequests Requests, OtlpTls Tls)
{
    /// <summary>The address without what may be secret in it.</summary>
    public override string ToString() => $"{Endpoint.Scheme}://{Endpoint.Authority}";
}

/// <summary>The form of the requests that deliver telemetry.</summary>
/// <param name="IsGrpc">Whether by gRPC, and not by HTTP with protobuf bodies.</param>
/// <param name="Headers">Headers as <c>key=value,key=value</c>, or null. They may hold
/// secrets.</param>
/// <param name="Timeout">How long a request may take.</param>
/// <param name="IsCompressed">Whether requests are compressed with gzip.</param>
public sealed record OtlpRequests(bool IsGrpc, string? Headers, TimeSpan Timeout, bool IsCompressed);
