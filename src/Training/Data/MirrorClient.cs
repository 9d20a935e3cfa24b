using System.Net;

namespace Mnist.Distributed.Training.Data;

/// <summary>Gets files of bounded size over HTTP, telling failures worth a retry from the others.</summary>
internal sealed class MirrorClient(HttpMessageHandler handler, TimeProvider time) : IDisposable
{
    /// <summary>The longest wait for a connection; without a network the user wants to know soon.</summary>
    public static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    /// <summary>The longest wait for the answer, and then for each next piece of it.</summary>
    public static readonly TimeSpan StallTimeout = TimeSpan.FromSeconds(15);

    private readonly HttpClient _client = new(handler, disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>Gets one file.</summary>
    /// <param name="uri">Its address.</param>
    /// <param name="maximumLength">The most bytes to accept.</param>
    /// <param name="progress">Told of bytes received and, when the server announces it, of their total.</param>
    /// <param name="cancellation">Ends the request.</param>
    /// <exception cref="MirrorException">The mirror did not deliver the file.</exception>
    public async Task<MemoryStream> GetAsync(Uri uri, long maximumLength, Action<long, long?> progress, CancellationToken cancellation)
    {
        using var stall = new CancellationTokenSource(StallTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, stall.Token);
        try
        {
            using HttpResponseMessage response = await _client.GetAsync(uri, HttpCompletionOption.ResponseHeadersRead, either.Token);
            ThrowIfRefused(response.StatusCode);
            long? total = response.Content.Headers.ContentLength;
            ThrowIfLonger(total ?? 0, maximumLength);
            using Stream body = await response.Content.ReadAsStreamAsync(either.Token);
            var received = new MemoryStream();
            byte[] buffer = new byte[128 * 1024];
            for (int read; (read = await body.ReadAsync(buffer, either.Token)) > 0;)
            {
                stall.CancelAfter(StallTimeout);
                ThrowIfLonger(received.Length + read, maximumLength);
                received.Write(buffer, 0, read);
                progress(received.Length, total);
            }

            return received.Length == (total ?? received.Length)
                ? received
                : throw new MirrorException(MirrorFailure.Transient, $"the transfer ended after {received.Length} of {total} bytes");
        }
        catch (HttpRequestException e)
        {
            throw new MirrorException(Classify(e.HttpRequestError), e.Message, e);
        }
        catch (IOException e)
        {
            throw new MirrorException(MirrorFailure.Transient, e.Message, e);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            // Not cancelled by the caller and not by the stall timer: then by the connect timeout of the handler.
            TimeSpan waited = stall.IsCancellationRequested ? StallTimeout : ConnectTimeout;
            throw new MirrorException(MirrorFailure.Unreachable, $"no answer within {waited.TotalSeconds} s", e);
        }
    }

    public void Dispose() => _client.Dispose();

    private static void ThrowIfRefused(HttpStatusCode status)
    {
        if ((int)status is >= 200 and < 300)
        {
            return;
        }

        bool transient = (int)status >= 500 || status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests;
        throw new MirrorException(transient ? MirrorFailure.Transient : MirrorFailure.Refused, $"HTTP status {(int)status}");
    }

    private static void ThrowIfLonger(long length, long maximumLength)
    {
        if (length > maximumLength)
        {
            throw new MirrorException(MirrorFailure.Refused, "the file there is longer than the published one");
        }
    }

    private static MirrorFailure Classify(HttpRequestError error) => error switch
    {
        HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError
            or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError => MirrorFailure.Unreachable,
        _ => MirrorFailure.Transient,
    };
}
