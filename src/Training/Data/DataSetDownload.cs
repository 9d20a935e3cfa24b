using Mnist.Distributed.Contracts;

namespace Mnist.Distributed.Training.Data;

/// <summary>
/// Downloads published data sets into the cache. A file is put there only after its uncompressed content has proved to
/// have the published SHA-256, so a mirror need not be trusted, nor the way to it.
/// </summary>
/// <param name="handler">Sends the requests; see <see cref="CreateHandler"/>. It stays the caller's.</param>
/// <param name="time">The clock for pauses and timeouts.</param>
public sealed class DataSetDownload(HttpMessageHandler handler, TimeProvider time) : IDisposable
{
    /// <summary>Gzip makes data it cannot compress longer, by far less than this.</summary>
    private const int ContainerAllowance = 64 * 1024;

    /// <summary>The longest that a mirror may take for a file, all tries together: 17 KB/s for the largest one, of 10 MB.</summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan[] Pauses = [TimeSpan.FromMilliseconds(250), TimeSpan.FromSeconds(1)];

    private readonly MirrorClient _client = new(handler, time);

    /// <summary>A handler for real requests that soon gives up on hosts that do not answer.</summary>
    public static HttpMessageHandler CreateHandler() => new SocketsHttpHandler { ConnectTimeout = MirrorClient.ConnectTimeout };

    /// <summary>Fetches the files that are not in the cache, or not intact there.</summary>
    /// <param name="known">The data set.</param>
    /// <param name="cache">Receives the files.</param>
    /// <param name="progress">Told how far each file is; null when nobody is interested.</param>
    /// <param name="cancellation">Ends the download.</param>
    /// <returns>Null when all files are in the cache now, else why not, in a few words for each mirror.</returns>
    /// <exception cref="InvalidInputException">The cache cannot be written.</exception>
    public async Task<string?> FetchAsync(
        KnownDataSet known, DataSetCache cache, IProgress<DownloadProgress>? progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(known);
        ArgumentNullException.ThrowIfNull(cache);
        List<Uri> mirrors = [.. known.Mirrors];
        List<string> failures = [];
        foreach ((PublishedFile file, IdxKind kind, long length) in Files(known))
        {
            string folder = cache.FolderOf(known.Name);
            if (IdxFileNames.Find(folder, file.Name) is string present && PublishedFileCheck.Matches(present, file, kind))
            {
                continue;
            }

            MemoryStream? content = await FromMirrorsAsync(file, kind, length, mirrors, failures, progress, cancellation);
            if (content is null)
            {
                return string.Join("; ", failures);
            }

            Place(cache, known.Name, file.Name, content);
        }

        return null;
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private static IEnumerable<(PublishedFile File, IdxKind Kind, long Length)> Files(KnownDataSet known) =>
        from split in (PublishedSplit[])[known.Train, known.Test]
        let images = IdxHeader.OfImages(split.Count, known.Shape.Sample)
        let labels = IdxHeader.OfLabels(split.Count, fitByte: true)
        from file in ((PublishedFile, IdxKind, long)[])[(split.Images, IdxKind.Images, images.FileLength), (split.Labels, IdxKind.Labels, labels.FileLength)]
        select file;

    /// <summary>Asks each mirror in turn, dropping those that cannot be reached; null when none has the file.</summary>
    private async Task<MemoryStream?> FromMirrorsAsync(
        PublishedFile file, IdxKind kind, long length, List<Uri> mirrors, List<string> failures,
        IProgress<DownloadProgress>? progress, CancellationToken cancellation)
    {
        foreach (Uri mirror in mirrors.ToArray())
        {
            try
            {
                var address = new Uri(mirror, file.Name + ".gz");
                using var deadline = new CancellationTokenSource(Deadline, time);
                MemoryStream content = await WithRetriesAsync(
                    () => _client.GetAsync(
                        address,
                        length + ContainerAllowance,
                        (bytes, total) => progress?.Report(new DownloadProgress(file.Name, bytes, total)),
                        deadline.Token,
                        cancellation),
                    cancellation);
                Verify(content, file, kind);
                return content;
            }
            catch (MirrorException e)
            {
                failures.Add($"{mirror.Host}, {file.Name}: {Printable.Of(e.Message.TrimEnd('.'))}");
                if (e.Failure == MirrorFailure.Unreachable)
                {
                    mirrors.Remove(mirror);
                }
            }
        }

        return null;
    }

    private async Task<MemoryStream> WithRetriesAsync(Func<Task<MemoryStream>> get, CancellationToken cancellation)
    {
        foreach (TimeSpan pause in Pauses)
        {
            try
            {
                return await get();
            }
            catch (MirrorException e) when (e.Failure == MirrorFailure.Transient)
            {
                await Task.Delay(pause, time, cancellation);
            }
        }

        return await get();
    }

    private static void Verify(MemoryStream content, PublishedFile file, IdxKind kind)
    {
        string sha256;
        try
        {
            sha256 = IdxFile.Read(content, file.Name, kind).ComputeSha256();
        }
        catch (InvalidInputException e)
        {
            throw new MirrorException(MirrorFailure.Refused, "what came is damaged", e);
        }

        if (sha256 != file.Sha256)
        {
            throw new MirrorException(MirrorFailure.Refused, "what came has not the published checksum");
        }
    }

    private static void Place(DataSetCache cache, string dataSetName, string fileName, MemoryStream content)
    {
        // A server may undo the compression on the way, so the content decides the name; the damaged file this one
        // replaces may have the other name.
        (string name, string other) = GzipContainer.IsGzip(content) ? (fileName + ".gz", fileName) : (fileName, fileName + ".gz");
        cache.Write(dataSetName, name, content.WriteTo);
        cache.Delete(dataSetName, other);
    }
}
