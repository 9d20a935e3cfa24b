using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

using Mnist.Distributed.Contracts;
using Mnist.Distributed.Tests.Training.Files;
using Mnist.Distributed.Training.Data;

using Xunit;

namespace Mnist.Distributed.Tests.Training.Data;

public sealed class DataSetDownloadTests : IDisposable
{
    private static readonly KnownDataSet Mnist = SmallDataSets.Mnist;

    private readonly TemporaryFolder _folder = new();
    private readonly FakeTime _time = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Files_come_from_the_first_mirror_into_the_cache()
    {
        using var web = FakeWeb.With(Mnist);

        Assert.Null(await FetchAsync(web));

        Assert.Equal(IdxFileNames.All.Select(file => $"http://first.test/data/{file}.gz"), web.Requests.Select(uri => uri.AbsoluteUri));
        Assert.Equal(IdxFileNames.All.Select(file => _folder[$"mnist/{file}.gz"]).ToHashSet(), _folder.Files.ToHashSet());
        Assert.Equal(DataSetStatus.Published, new DataSetFolder(_folder["mnist"], Mnist, SmallDataSets.Catalogue).Inspect().Status);
    }

    [Fact]
    public async Task Intact_files_are_kept_and_damaged_ones_replaced()
    {
        SmallDataSets.WriteTo(_folder, "mnist", Mnist);
        File.Delete(_folder["mnist/train-images-idx3-ubyte.gz"]);
        byte[] damaged = SmallDataSets.Content(Mnist, IdxFileNames.TestLabels);
        damaged[^1] ^= 1;
        _folder.Write("mnist/t10k-labels-idx1-ubyte", damaged);
        using var web = FakeWeb.With(Mnist);

        Assert.Null(await FetchAsync(web));

        Assert.Equal(["/data/train-images-idx3-ubyte.gz", "/data/t10k-labels-idx1-ubyte.gz"], web.Requests.Select(uri => uri.AbsolutePath));
        Assert.Equal(DataSetStatus.Published, new DataSetFolder(_folder["mnist"], Mnist, SmallDataSets.Catalogue).Inspect().Status);
    }

    [Fact]
    public async Task Files_a_server_has_decompressed_are_stored_under_the_plain_name()
    {
        using var web = new FakeWeb(uri => FakeWeb.Ok(SmallDataSets.Content(Mnist, Path.GetFileNameWithoutExtension(uri.AbsolutePath))));

        Assert.Null(await FetchAsync(web));

        Assert.Equal(IdxFileNames.All.ToHashSet(), _folder.Files.Select(file => Path.GetFileName(file)).ToHashSet());
    }

    [Theory]
    [InlineData(HttpStatusCode.ServiceUnavailable)]
    [InlineData(HttpStatusCode.TooManyRequests)]
    [InlineData(HttpStatusCode.RequestTimeout)]
    public async Task Passing_failures_are_retried_after_a_pause(HttpStatusCode status)
    {
        int failures = 2;
        using var web = new FakeWeb(uri => failures-- > 0 ? new HttpResponseMessage(status) : FakeWeb.Ok(FakeWeb.FileOf(uri, Mnist)));

        Assert.Null(await FetchAsync(web));

        Assert.Equal(4 + 2, web.Requests.Count);
        Assert.All(web.Requests, uri => Assert.Equal("first.test", uri.Host));
        Assert.Equal([TimeSpan.FromMilliseconds(250), TimeSpan.FromSeconds(1)], _time.Pauses);
    }

    [Fact]
    public async Task Lasting_failures_lead_to_the_next_mirror()
    {
        using var web = new FakeWeb(uri => uri.Host == "first.test"
            ? new HttpResponseMessage(HttpStatusCode.InternalServerError)
            : FakeWeb.Ok(FakeWeb.FileOf(uri, Mnist)));

        Assert.Null(await FetchAsync(web));

        Assert.Equal(4 * (3 + 1), web.Requests.Count);
    }

    [Fact]
    public async Task Missing_file_leads_to_the_next_mirror_without_retry()
    {
        using var web = new FakeWeb(uri => uri.Host == "first.test"
            ? new HttpResponseMessage(HttpStatusCode.NotFound)
            : FakeWeb.Ok(FakeWeb.FileOf(uri, Mnist)));

        Assert.Null(await FetchAsync(web));

        Assert.Equal(4 * 2, web.Requests.Count);
        Assert.Empty(_time.Pauses);
    }

    [Fact]
    public async Task Unreachable_mirror_is_asked_once()
    {
        using var web = new FakeWeb(uri => uri.Host == "first.test"
            ? throw new HttpRequestException(HttpRequestError.ConnectionError, "connection refused")
            : FakeWeb.Ok(FakeWeb.FileOf(uri, Mnist)));

        Assert.Null(await FetchAsync(web));

        Assert.Equal(1 + 4, web.Requests.Count);
    }

    [Fact]
    public async Task Without_network_each_mirror_is_asked_once_and_no_time_is_lost()
    {
        using var web = FakeWeb.Offline();

        string? failure = await FetchAsync(web);

        Assert.Equal("first.test, train-images-idx3-ubyte: no such host; second.test, train-images-idx3-ubyte: no such host", failure);
        Assert.Equal(2, web.Requests.Count);
        Assert.Empty(_time.Pauses);
        Assert.Empty(_folder.Files);
    }

    [Fact]
    public async Task Refused_connection_is_recognized_as_such()
    {
        using var closed = new TcpListener(IPAddress.Loopback, 0);
        closed.Start();
        var mirror = new Uri($"http://{closed.LocalEndpoint}/");
        closed.Stop();
        using var handler = new SocketsHttpHandler { UseProxy = false };

        string? failure = await FetchAsync(handler, dataSet: Mnist with { Mirrors = [mirror] });

        Assert.StartsWith("127.0.0.1, train-images-idx3-ubyte: ", failure);
        Assert.Empty(_time.Pauses);
    }

    [Fact]
    public async Task Host_that_does_not_answer_is_asked_once()
    {
        var hosts = new ConcurrentQueue<string>();
        using var handler = new SocketsHttpHandler { UseProxy = false, ConnectTimeout = TimeSpan.FromMilliseconds(1) };
        handler.ConnectCallback = async (context, cancellation) =>
        {
            hosts.Enqueue(context.DnsEndPoint.Host);
            await Task.Delay(Timeout.Infinite, cancellation);
            return Stream.Null;
        };

        string? failure = await FetchAsync(handler);

        Assert.Contains("first.test, train-images-idx3-ubyte: no answer within 5 s; second.test", failure);
        Assert.Equal(hosts.Distinct(), hosts);
    }

    [Fact]
    public async Task Wrong_content_is_refused_and_leaves_nothing_in_the_cache()
    {
        using var web = FakeWeb.With(SmallDataSets.Fashion);

        string? failure = await FetchAsync(web);

        Assert.Contains("second.test, train-images-idx3-ubyte: what came has not the published checksum", failure);
        Assert.Equal(2, web.Requests.Count);
        Assert.Empty(_folder.Files);
    }

    [Fact]
    public async Task Damaged_content_is_refused_and_leaves_nothing_in_the_cache()
    {
        using var web = new FakeWeb(uri => FakeWeb.Ok(new MemoryStream(FakeWeb.FileOf(uri, Mnist)[..^3]), length: null));

        Assert.Contains("what came is damaged", await FetchAsync(web));
        Assert.Empty(_folder.Files);
    }

    [Fact]
    public async Task Transfer_that_ends_early_is_retried()
    {
        int failures = 1;
        using var web = new FakeWeb(uri =>
        {
            byte[] body = FakeWeb.FileOf(uri, Mnist);
            return failures-- > 0 ? FakeWeb.Ok(new MemoryStream(body[..^3]), body.Length) : FakeWeb.Ok(body);
        });

        Assert.Null(await FetchAsync(web));

        Assert.Equal(4 + 1, web.Requests.Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Endless_content_is_cut_off(bool announced)
    {
        using var web = new FakeWeb(_ => FakeWeb.Ok(new MemoryStream(new byte[1 << 20]), announced ? 1 << 20 : null));

        Assert.Contains("longer than the published one", await FetchAsync(web));
        Assert.Empty(_folder.Files);
    }

    [Fact]
    public async Task Stalled_transfer_leads_to_the_next_mirror()
    {
        using var web = new FakeWeb(_ => FakeWeb.Ok(new SilentStream(() => _time.Advance(TimeSpan.FromSeconds(15))), length: null));

        string? failure = await FetchAsync(web);

        Assert.Contains("first.test, train-images-idx3-ubyte: no answer within 15 s; second.test", failure);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Mirror_that_trickles_is_left_for_the_next_one(bool announced)
    {
        using var web = new FakeWeb(uri =>
        {
            byte[] body = FakeWeb.FileOf(uri, Mnist);
            return uri.Host == "first.test" ? FakeWeb.Ok(Slow(body, 1, seconds: 2), announced ? body.Length : null) : FakeWeb.Ok(body);
        });

        Assert.Null(await FetchAsync(web));

        Assert.Equal(1 + 4, web.Requests.Count);
        Assert.Equal(TimeSpan.FromSeconds(16), _time.Now);
    }

    [Fact]
    public async Task The_rate_of_a_mirror_that_trickles_is_the_reason()
    {
        using var web = new FakeWeb(uri => FakeWeb.Ok(Slow(FakeWeb.FileOf(uri, Mnist), 1, seconds: 2), length: null));

        Assert.StartsWith("first.test, train-images-idx3-ubyte: less than 64 KB within 15 s; second.test", await FetchAsync(web));
    }

    [Fact]
    public async Task Slow_mirror_that_is_fast_enough_is_used()
    {
        KnownDataSet large = Large(images: 200);
        using var web = new FakeWeb(uri => FakeWeb.Ok(Slow(LargeFile(uri, 200), 8 * 1024, seconds: 1), length: null));

        Assert.Null(await FetchAsync(web, dataSet: large));

        Assert.Equal(4, web.Requests.Count);
        Assert.InRange(_time.Now, TimeSpan.FromSeconds(19), TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task A_file_that_takes_too_long_altogether_is_given_up_with_its_mirror()
    {
        KnownDataSet large = Large(images: 8_000);
        using var web = new FakeWeb(uri => FakeWeb.Ok(Slow(LargeFile(uri, 8_000), 64 * 1024, seconds: 14), length: null));

        string? failure = await FetchAsync(web, dataSet: large);

        Assert.Equal("first.test, train-images-idx3-ubyte: the transfer takes too long; second.test, train-images-idx3-ubyte: the transfer takes too long", failure);
        Assert.Equal(2, web.Requests.Count);
        Assert.InRange(_time.Now, TimeSpan.FromMinutes(20), TimeSpan.FromMinutes(21));
    }

    [Fact]
    public async Task Retries_count_towards_the_deadline_of_a_file()
    {
        using var web = new FakeWeb(uri =>
        {
            _time.Advance(TimeSpan.FromMinutes(6));
            return new HttpResponseMessage(HttpStatusCode.ServiceUnavailable);
        });

        Assert.Contains("first.test, train-images-idx3-ubyte: ", await FetchAsync(web));
        Assert.InRange(_time.Now, TimeSpan.FromMinutes(12), TimeSpan.FromMinutes(24));
    }

    [Theory]
    [InlineData("file:///etc/hostname")]
    [InlineData("ftp://127.0.0.1/x")]
    [InlineData("gopher://x")]
    [InlineData("javascript:1")]
    [InlineData("http://")]
    [InlineData("::::")]
    public async Task Redirect_to_what_is_not_the_web_leads_to_the_next_mirror(string location)
    {
        await using var redirecting = new RedirectingMirror(location);
        using var handler = new SocketsHttpHandler { UseProxy = false };
        KnownDataSet known = Mnist with { Mirrors = [redirecting.Address, new Uri(redirecting.Address, "second/")] };

        string? failure = await FetchAsync(handler, dataSet: known);

        Assert.Equal(2, failure!.Split("; ").Length);
        Assert.All(failure.Split("; "), reason => Assert.StartsWith("127.0.0.1, train-images-idx3-ubyte: ", reason));
        Assert.Empty(_folder.Files);
    }

    [Fact]
    public async Task Whatever_a_mirror_does_leads_to_the_next_one()
    {
        using var web = new FakeWeb(uri => uri.Host == "first.test"
            ? throw new NotSupportedException("The 'file' scheme\u001b is not supported.")
            : new HttpResponseMessage(HttpStatusCode.NotFound));

        Assert.StartsWith("first.test, train-images-idx3-ubyte: The 'file' scheme? is not supported; second.test, ", await FetchAsync(web));
    }

    [Fact]
    public async Task Cancelling_ends_the_download()
    {
        using var cancellation = new CancellationTokenSource();
        using var web = new FakeWeb(_ =>
        {
            cancellation.Cancel();
            return FakeWeb.Ok(new SilentStream(() => { }), length: null);
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => FetchAsync(web, cancellation: cancellation.Token));
        Assert.Empty(_folder.Files);
    }

    [Fact]
    public async Task Progress_tells_the_bytes_of_each_file()
    {
        using var web = FakeWeb.With(Mnist);
        var progress = new Log();

        await FetchAsync(web, progress);

        Assert.Equal(IdxFileNames.All, progress.Reports.Select(report => report.File).Distinct());
        Assert.All(IdxFileNames.All, file =>
        {
            DownloadProgress last = progress.Reports.Last(report => report.File == file);
            Assert.Equal(new FileInfo(_folder[$"mnist/{file}.gz"]).Length, last.Bytes);
            Assert.Equal(last.Bytes, last.Total);
        });
    }

    [Fact]
    public async Task Cache_that_cannot_be_written_is_named()
    {
        _folder.Write("mnist", []);
        using var web = FakeWeb.With(Mnist);

        var error = await Assert.ThrowsAsync<InvalidInputException>(() => FetchAsync(web));

        Assert.Contains(_folder["mnist"], error.Message);
    }

    private async Task<string?> FetchAsync(
        HttpMessageHandler web,
        IProgress<DownloadProgress>? progress = null,
        KnownDataSet? dataSet = null,
        CancellationToken? cancellation = null)
    {
        using var download = new DataSetDownload(web, _time);
        return await download.FetchAsync(
            dataSet ?? Mnist, new DataSetCache(_folder.Path), progress, cancellation ?? TestContext.Current.CancellationToken);
    }

    private sealed class Log : IProgress<DownloadProgress>
    {
        public List<DownloadProgress> Reports { get; } = [];

        public void Report(DownloadProgress value) => Reports.Add(value);
    }

    private SlowStream Slow(byte[] body, int pieceLength, int seconds) => new(body, pieceLength, () => _time.Advance(TimeSpan.FromSeconds(seconds)));

    /// <summary>MNIST with more training images, of random pixels, which do not compress.</summary>
    private static KnownDataSet Large(int images)
    {
        PublishedFile Published(string file) => new(file, Convert.ToHexStringLower(SHA256.HashData(SmallDataSets.Content(file, 3, images, 2))));
        return Mnist with
        {
            Train = new(Published(IdxFileNames.TrainImages), Published(IdxFileNames.TrainLabels), images),
            Test = new(Published(IdxFileNames.TestImages), Published(IdxFileNames.TestLabels), 2),
        };
    }

    private static byte[] LargeFile(Uri uri, int images) =>
        Idx.Gzip(SmallDataSets.Content(Path.GetFileNameWithoutExtension(uri.AbsolutePath), 3, images, 2));

    /// <summary>A stream that never has a byte to read, until the reader gives up.</summary>
    private sealed class SilentStream(Action wait) : MemoryStream
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            wait();
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return 0;
        }
    }

    /// <summary>A stream that gives a few bytes at a time, after a wait each time.</summary>
    private sealed class SlowStream(byte[] body, int pieceLength, Action wait) : MemoryStream(body)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            wait();
            cancellationToken.ThrowIfCancellationRequested();
            return base.ReadAsync(buffer[..Math.Min(buffer.Length, pieceLength)], cancellationToken);
        }
    }
}
