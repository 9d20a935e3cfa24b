using System.Net;

namespace Mnist.Distributed.Hosting.Otlp;

/// <summary>
/// Sends requests to a collector, reports the requests that fail, and cancels the requests that
/// would delay the end of the program.
/// </summary>
/// <param name="target">The collector.</param>
/// <param name="delivery">Gets the failures.</param>
public sealed class OtlpHandler(OtlpTarget target, OtlpDelivery delivery) : DelegatingHandler(new SocketsHttpHandler { SslOptions = target.Tls.Load() })
{
    private const string GrpcStatus = "grpc-status";

    /// <summary>Creates a client for the exporter of one kind of telemetry.</summary>
    public static HttpClient Client(OtlpTarget target, OtlpDelivery delivery) => new(new OtlpHandler(target, delivery)) { Timeout = target.Requests.Timeout };

    /// <summary>
    /// Sends a request of the exporter, which calls this method synchronously on its own threads.
    /// The method waits for the asynchronous version, because only that one can be cancelled at any
    /// point.
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

            // For this answer, the exporter does not repeat the request.
            return new HttpResponseMessage(HttpStatusCode.BadRequest) { RequestMessage = request };
        }
    }

    private static string? Problem(HttpResponseMessage response) =>
        !response.IsSuccessStatusCode ? $"it answers {(int)response.StatusCode}"
        : (response.Headers.TryGetValues(GrpcStatus, out var status) || response.TrailingHeaders.TryGetValues(GrpcStatus, out status)) && status.First() != "0"
            ? $"it answers with gRPC status {status.First()}"
        : null;
}
