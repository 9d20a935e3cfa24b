using Mnist.Distributed.Contracts;

namespace Mnist.Distributed.Training.Data;

/// <summary>
/// Downloads published data sets into the cache. A file is put into the cache only if its
/// content has the published checksum, so neither a mirror nor the network need be
/// trusted.
/// </summary>
/// <param name="handler">
/// Sends the requests; see <see cref="CreateHandler"/>. The caller disposes of it.
/// </param>
/// <param name="time">The clock for pauses and timeouts.</param>
public sealed class DataSetDownload(HttpMessageHandler handler, TimeProvider time) : IDisposable
{
    /// <summary>
    /// Bytes that gzip may add to data that it cannot compress. In fact it adds far fewer.
    /// </summary>
    private const int ContainerAllowance = 64 * 1024;

    /// <summary>
    /// The time limit for one file from one mirror, all tries together. For the largest file, of 10
    /// MB, it means 17 KB/s.
    /// </summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan[] Pauses = [TimeSpan.FromMilliseconds(250), TimeSpan.FromSeconds(1)];

    private readonly MirrorClient _client = new(handler, time);

    /// <summary>
    /// Makes a handler for real requests. It gives up after a few seconds on a host that does not
    /// answer.
    /// </summary>
    public static HttpMessageHandler CreateHandler() => new SocketsHttpHandler { ConnectTimeout = MirrorClient.ConnectTimeout };

    /// <summary>Downloads the files that are not in the cache, or are damaged there.</summary>
    /// <param name="known">The data set.</param>
    /// <param name="cache">Receives the files.</param>
    /// <param name="progress">Receives the progress of each file, or null.</param>
    /// <param name="cancellation">Ends the download.</param>
    /// <returns>
    /// Null if all files are in the cache now; else the reason why not, in a few words for each
    /// mirror.
    /// </returns>
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
        let labels = IdxHeader.OfLabels(split.Count, split.Labels.Name)
        from file in ((PublishedFile, IdxKind, long)[])[(split.Images, IdxKind.Images, images.FileLength), (split.Labels, IdxKind.OfLabels(split.Labels.Name), labels.FileLength)]
        select file;

    /// <summary>
    /// Asks the mirrors in order, and removes those that cannot be reached; null if none has the
    /// file.
    /// </summary>
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

        if (file.Sha256 is null ? PublishedFileCheck.Md5(content) != file.CompressedMd5 : sha256 != file.Sha256)
        {
            throw new MirrorException(MirrorFailure.Refused, "what came has not the published checksum");
        }
    }

    private static void Place(DataSetCache cache, string dataSetName, string fileName, MemoryStream content)
    {
        // A server may decompress the file on the way, so the name is chosen by the content. The
        // cache may have a damaged file of the other name, which is deleted.
        (string name, string other) = GzipContainer.IsGzip(content) ? (fileName + ".gz", fileName) : (fileName, fileName + ".gz");
        cache.Write(dataSetName, name, content.WriteTo);
        cache.Delete(dataSetName, other);
    }
}
