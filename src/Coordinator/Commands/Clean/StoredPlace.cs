namespace Mnist.Distributed.Coordinator.Commands.Clean;

/// <summary>Files that the programs have left in one place.</summary>
/// <param name="Kind">What they are, such as <c>logs</c>.</param>
/// <param name="Of">
/// The data set or the cluster that they belong to; null if they belong to none.
/// </param>
/// <param name="Path">The folder with them.</param>
/// <param name="Entries">The files and folders that are removed.</param>
internal sealed record StoredPlace(string Kind, string? Of, string Path, IReadOnlyList<string> Entries)
{
    /// <summary>The name by which a user asks for the place.</summary>
    public string Name => Of is null ? Kind : $"{Kind}:{Of}";

    /// <summary>
    /// Why the files stay, as the begin of a sentence; null if they may be removed.
    /// </summary>
    public string? Obstacle { get; init; }

    /// <summary>
    /// Whether the files are removed only if the user names them, because they cannot be made
    /// again.
    /// </summary>
    public bool IsPrecious { get; init; }

    /// <summary>Removes the files.</summary>
    public Func<Task> Remove { get; init; } = () =>
    {
        Delete(Entries);
        return Task.CompletedTask;
    };

    private static void Delete(IReadOnlyList<string> entries)
    {
        foreach (var entry in entries)
        {
            // A link is deleted, and what it leads to stays.
            if (Directory.Exists(entry))
            {
                Directory.Delete(entry, recursive: true);
            }
            else
            {
                File.Delete(entry);
            }
        }
    }
}
