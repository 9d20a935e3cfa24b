using System.Net;

namespace Mnist.Distributed.Hosting.Otlp;

/// <summary>
/// Sends requests to a collector, notes those that fail, and lets none outlast the program.
/// </summary>
/// <param name="target">The collector.</param>
/// <param name="delivery">Told of failures.</param>
public sealed class OtlpHandler(OtlpTarget target, OtlpDelivery delivery) : DelegatingHandler(new SocketsHttpHandler { SslOptions = target.Tls.Load() })
{
    private const string GrpcStatus = "grpc-status";

    /// <summary>A client for the exporter of one kind of telemetry.</summary>
    public static HttpClient Client(OtlpTarget target, OtlpDelivery delivery) => new(new OtlpHandler(target, delivery)) { Timeout = target.Requests.Timeout };

    /// <summary>
    /// The exporter asks on threads of its own; only what is asynchronous below can be given up
    /// wherever it is.
    /// </summary>
    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) =>
        SendAsync(request, cancellationToken).GetAwaiter().GetResult();

    /// <inheritdoc />
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, delivery.GivenUp);
        try
        {
            var response = await base.SendAsync(request, either.Token).ConfigureAwait(false);
            await response.Content.LoadIntoBufferAsync(either.Token).ConfigureAwait(false);
            if (Problem(response) is { } problem)
            {
                delivery.Failed(target, problem);
            }

            return response;
        }
        catch (Exception failure)
        {
            delivery.Failed(target, failure is OperationCanceledException ? "it does not answer" : failure.GetBaseException().Message.Split('\n', 2)[0].TrimEnd('.'));
            if (!delivery.GivenUp.IsCancellationRequested)
            {
                throw;
            }

            // An answer after which the exporter does not try again.
            return new HttpResponseMessage(HttpStatusCode.BadRequest) { RequestMessage = request };
        }
    }

    private static string? Problem(HttpResponseMessage response) =>
        !response.IsSuccessStatusCode ? $"it answers {(int)response.StatusCode}"
        : (response.Headers.TryGetValues(GrpcStatus, out var status) || response.TrailingHeaders.TryGetValues(GrpcStatus, out status)) && status.First() != "0"
            ? $"it answers with gRPC status {status.First()}"
        : null;
}
