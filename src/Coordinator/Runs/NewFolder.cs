namespace Mnist.Distributed.Coordinator.Runs;

/// <summary>
/// The folder of a run that may be refused. If it is empty at the end, it goes. A folder of the
/// user's stays.
/// </summary>
internal sealed class NewFolder : IDisposable
{
    private readonly string? _path;

    /// <summary>Notes whether the folder is the user's, before it is made.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="runId">The run. A folder of this name is not the user's.</param>
    public NewFolder(string path, string runId) => _path = Directory.Exists(path) && Path.GetFileName(path) != runId ? null : path;

    /// <summary>Deletes the folder if it is new and empty.</summary>
    public void Dispose() => EmptyFolder.Delete(_path);
}
