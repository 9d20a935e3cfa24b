using Mnist.Distributed.Contracts;

namespace Mnist.Distributed.Hosting.Identity;

/// <summary>
/// An identity whose files are read again when they change. So certificates are replaced and
/// revoked while a process runs. Files that cannot be used change nothing.
/// </summary>
public sealed class IdentityWatch : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>How long a certificate that has expired may still be used.</summary>
    private static readonly TimeSpan JudgeInterval = TimeSpan.FromSeconds(30);

    private readonly Lock _guard = new();
    private readonly ITimer _timer;
    private string _stamp;
    private long _judged;
    private volatile ClusterIdentity _current;

    /// <summary>Reads the identity and begins to watch its files.</summary>
    /// <param name="folder">The folder with the files.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <exception cref="InvalidInputException">The files cannot be used.</exception>
    public IdentityWatch(string folder, TimeProvider? time = null)
    {
        Time = time ?? TimeProvider.System;
        Folder = Path.GetFullPath(folder);
        _stamp = Stamp();
        _current = IdentityReader.Read(Folder);
        _judged = Time.GetTimestamp();
        _timer = Time.CreateTimer(_ => Tick(), null, Interval, Interval);
    }

    /// <summary>Called after the identity has changed.</summary>
    public event Action? Changed;

    /// <summary>
    /// Called after the identity has changed, and twice a minute: a certificate that was accepted
    /// may have been revoked, or may have expired.
    /// </summary>
    public event Action? JudgeAgain;

    /// <summary>Called once with a sentence when files have changed that cannot be used.</summary>
    public event Action<string>? Unusable;

    /// <summary>The folder with the files.</summary>
    public string Folder { get; }

    /// <summary>The identity now.</summary>
    public ClusterIdentity Current => _current;

    /// <summary>By which clock certificates are judged.</summary>
    internal TimeProvider Time { get; }

    /// <inheritdoc />
    public void Dispose() => _timer.Dispose();

    private void Tick()
    {
        lock (_guard)
        {
            var hasChanged = Look();
            if (hasChanged || Time.GetElapsedTime(_judged) >= JudgeInterval)
            {
                _judged = Time.GetTimestamp();
                JudgeAgain?.Invoke();
            }
        }
    }

    /// <returns>Whether there is another identity.</returns>
    private bool Look()
    {
        var stamp = Stamp();
        if (stamp == _stamp)
        {
            return false;
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
            return false;
        }

        Changed?.Invoke();
        return true;
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
