using System.Collections.Concurrent;
using System.Net;

using Mnist.Distributed.Training.Data;

namespace Mnist.Distributed.Tests.Training.Data;

/// <summary>
/// Answers requests as a test says, in place of the network, and keeps a list of them.
/// </summary>
internal sealed class FakeWeb(Func<Uri, HttpResponseMessage> answer) : HttpMessageHandler
{
    private readonly ConcurrentQueue<Uri> _requests = new();

    public IReadOnlyList<Uri> Requests => [.. _requests];

    /// <summary>Both mirrors have the files of a data set.</summary>
    public static FakeWeb With(KnownDataSet dataSet) => new(uri => Ok(FileOf(uri, dataSet)));

    /// <summary>No host has an address.</summary>
    public static FakeWeb Offline() => new(_ => throw new HttpRequestException(HttpRequestError.NameResolutionError, "no such host"));

    public static byte[] FileOf(Uri uri, KnownDataSet dataSet) =>
        Idx.Gzip(SmallDataSets.Content(dataSet, Path.GetFileNameWithoutExtension(uri.AbsolutePath)));

    public static HttpResponseMessage Ok(byte[] body) => new(HttpStatusCode.OK) { Content = new ByteArrayContent(body) };

    public static HttpResponseMessage Ok(Stream body, long? length)
    {
        var content = new StreamContent(body);
        content.Headers.ContentLength = length;
        return new HttpResponseMessage(HttpStatusCode.OK) { Content = content };
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        _requests.Enqueue(request.RequestUri!);
        return Task.FromResult(answer(request.RequestUri!));
    }
}
