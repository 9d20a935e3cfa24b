using System.Net;

namespace Mnist.Distributed.Training.Data;

/// <summary>
/// Gets files of limited size over HTTP. Its errors tell whether another try makes sense.
/// </summary>
internal sealed class MirrorClient(HttpMessageHandler handler, TimeProvider time) : IDisposable
{
    /// <summary>
    /// The time limit for a connection. It is short because a user without a network should know
    /// soon.
    /// </summary>
    public static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    /// <summary>The time limit for the answer, and for each piece of it.</summary>
    public static readonly TimeSpan StallTimeout = TimeSpan.FromSeconds(15);

    /// <summary>
    /// Bytes of a piece, which must arrive within <see cref="StallTimeout"/>. The last piece of a
    /// file may be shorter. A mirror that sends less counts as stalled.
    /// </summary>
    public const int PieceLength = 64 * 1024;

    private readonly HttpClient _client = new(handler, disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>Gets one file.</summary>
    /// <param name="uri">Address of the file.</param>
    /// <param name="maximumLength">The largest number of bytes to accept.</param>
    /// <param name="progress">
    /// Receives the number of bytes so far and, if the server announces it, the total.
    /// </param>
    /// <param name="deadline">Ends the request at the time limit for the file.</param>
    /// <param name="cancellation">Ends the request.</param>
    /// <exception cref="MirrorException">The mirror did not deliver the file.</exception>
    public async Task<MemoryStream> GetAsync(
        Uri uri, long maximumLength, Action<long, long?> progress, CancellationToken deadline, CancellationToken cancellation)
    {
        using var stall = new CancellationTokenSource(StallTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, stall.Token, deadline);
        long received = 0;
        try
        {
            either.Token.ThrowIfCancellationRequested();
            using HttpResponseMessage response = await _client.GetAsync(uri, HttpCompletionOption.ResponseHeadersRead, either.Token);
            stall.CancelAfter(StallTimeout);
            ThrowIfRefused(response.StatusCode);
            long? total = response.Content.Headers.ContentLength;
            ThrowIfLonger(total ?? 0, maximumLength);
            using Stream body = await response.Content.ReadAsStreamAsync(either.Token);
            var content = new MemoryStream();
            byte[] buffer = new byte[128 * 1024];
            for (int read; (read = await body.ReadAsync(buffer, either.Token)) > 0;)
            {
                ThrowIfLonger(received + read, maximumLength);
                content.Write(buffer, 0, read);
                if ((received + read) / PieceLength > received / PieceLength)
                {
                    stall.CancelAfter(StallTimeout);
                }

                received += read;
                progress(received, total);
            }

            return received == (total ?? received)
                ? content
                : throw new MirrorException(MirrorFailure.Transient, $"the transfer ended after {received} of {total} bytes");
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
            throw new MirrorException(MirrorFailure.Unreachable, Reason(), e);
        }
        catch (Exception e) when (e is not (MirrorException or OperationCanceledException))
        {
            // For example a redirect to an address that is not HTTP, or a malformed answer. Another
            // mirror may do better.
            throw new MirrorException(MirrorFailure.Refused, e.Message, e);
        }

        // If neither the caller nor the deadline nor the stall timeout ended the request, the
        // connect timeout of the handler did.
        string Reason() => deadline.IsCancellationRequested ? "the transfer takes too long"
            : !stall.IsCancellationRequested ? $"no answer within {ConnectTimeout.TotalSeconds} s"
            : received > 0 ? $"less than {PieceLength / 1024} KB within {StallTimeout.TotalSeconds} s"
            : $"no answer within {StallTimeout.TotalSeconds} s";
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
