using Mnist.Distributed.Contracts;

namespace Mnist.Distributed.Hosting.Identity;

/// <summary>
/// An identity whose files are read again when they change. So certificates are replaced and
/// revoked while a process runs. Files that cannot be used change nothing.
/// </summary>
public sealed class IdentityWatch : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Timer _timer;
    private string _stamp;
    private volatile ClusterIdentity _current;

    /// <summary>Reads the identity and begins to watch its files.</summary>
    /// <param name="folder">The folder with the files.</param>
    /// <exception cref="InvalidInputException">The files cannot be used.</exception>
    public IdentityWatch(string folder)
    {
        Folder = Path.GetFullPath(folder);
        _stamp = Stamp();
        _current = IdentityReader.Read(Folder);
        _timer = new Timer(_ => Look(), null, Interval, Interval);
    }

    /// <summary>Called after the identity has changed.</summary>
    public event Action? Changed;

    /// <summary>Called once with a sentence when files have changed that cannot be used.</summary>
    public event Action<string>? Unusable;

    /// <summary>The folder with the files.</summary>
    public string Folder { get; }

    /// <summary>The identity now.</summary>
    public ClusterIdentity Current => _current;

    /// <inheritdoc />
    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        lock (_timer)
        {
            var stamp = Stamp();
            if (stamp == _stamp)
            {
                return;
            }

            // A file may be half written, or its partner not replaced yet. Each change is one more
            // attempt.
            _stamp = stamp;
            try
            {
                _current = IdentityReader.Read(Folder);
            }
            catch (InvalidInputException unusable)
            {
                Unusable?.Invoke(unusable.Message);
                return;
            }

            Changed?.Invoke();
        }
    }

    private string Stamp()
    {
        try
        {
            return string.Join('|', IdentityFiles.All.Select(file => new FileInfo(Path.Combine(Folder, file))).Select(StampOf));
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return gone.Message;
        }
    }

    private static string StampOf(FileInfo file) =>
        file.Exists ? $"{(file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file).LastWriteTimeUtc.Ticks} {file.Length}" : "-";
}
