using Mnist.Distributed.Contracts;

namespace Mnist.Distributed.Hosting.Stores;

/// <summary>
/// The files of a cluster of one silo: which states of which grains are in files, and whether the
/// newest ones could be written.
/// </summary>
/// <param name="pathOf">
/// The path of the file of a state of the grain with a key; null if the state ends with the
/// process.
/// </param>
public sealed class StateFiles(Func<string, string, string?> pathOf)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, string> _problems = [];

    /// <summary>No files: all states end with the process.</summary>
    public static StateFiles None => new((_, _) => null);

    /// <summary>
    /// Why the newest states are not in files; null if all are. They are written again with the
    /// next change.
    /// </summary>
    public string? Problem
    {
        get
        {
            lock (_lock)
            {
                return _problems.Values.FirstOrDefault();
            }
        }
    }

    /// <summary>The path of the file of a state; null if it has none.</summary>
    /// <param name="state">The name of the state.</param>
    /// <param name="key">The key of the grain.</param>
    internal string? PathOf(string state, string key) => pathOf(state, key);

    /// <summary>Notes whether a file could be written.</summary>
    internal void Note(string path, Exception? failure)
    {
        lock (_lock)
        {
            if (failure is null)
            {
                _problems.Remove(path);
            }
            else
            {
                _problems[path] = Printable.Of((failure.InnerException ?? failure).Message).TrimEnd('.');
            }
        }
    }
}
