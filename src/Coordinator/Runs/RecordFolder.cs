using Mnist.Distributed.Contracts;
using Mnist.Distributed.Hosting.Processes;
using Mnist.Distributed.Hosting.Stores;

namespace Mnist.Distributed.Coordinator.Runs;

/// <summary>
/// The record of a run that trains in a process of its own. It is in the folder <c>record</c> in
/// the folder of the run, in two places that are written in turn. Another process can go on with
/// the run.
/// </summary>
internal static class RecordFolder
{
    /// <summary>The name of the folder.</summary>
    public const string Name = "record";

    private static readonly Dictionary<string, string> Endings = new(StringComparer.Ordinal)
    {
        ["run-even"] = "even",
        ["run-odd"] = "odd",
        ["run-initial"] = "initial",
    };

    /// <summary>Whether a folder has the record of a run.</summary>
    public static bool Holds(string folder, string runId) => File.Exists(PathOf(folder, runId, "even")) || File.Exists(PathOf(folder, runId, "odd"));

    /// <summary>The files of one run.</summary>
    /// <param name="folder">The folder of the run.</param>
    /// <param name="runId">The run.</param>
    public static StateFiles Of(string folder, string runId) =>
        new((state, key) => key == runId && Endings.TryGetValue(state, out var ending) ? Path.GetFullPath(PathOf(folder, runId, ending)) : null);

    /// <summary>
    /// The files of a sweep and of its trials. The record of a trial is in the folder of its run,
    /// which is in the folder of the sweep.
    /// </summary>
    /// <param name="folder">The folder of the sweep.</param>
    /// <param name="sweepId">The sweep.</param>
    public static StateFiles OfSweep(string folder, string sweepId) => new((state, key) =>
        key == sweepId && state == "sweep" ? Path.GetFullPath(PathOf(folder, sweepId, state))
        : key.StartsWith($"{sweepId}-", StringComparison.Ordinal) && Endings.TryGetValue(state, out var ending) ? Path.GetFullPath(PathOf(Path.Combine(folder, key), key, ending))
        : null);

    /// <summary>Makes the folder of the record of a run.</summary>
    public static void Make(string folder) => Directory.CreateDirectory(Path.Combine(folder, Name));

    /// <summary>Deletes the records in a folder, but for that of one run.</summary>
    /// <param name="folder">The folder of the run.</param>
    /// <param name="runId">The run whose record stays; null to delete all.</param>
    public static void Clear(string folder, string? runId)
    {
        var records = Path.Combine(folder, Name);
        foreach (var file in Directory.Exists(records) ? Directory.EnumerateFiles(records) : [])
        {
            // A file that is being written begins with a point.
            var name = Path.GetFileName(file).TrimStart('.');
            if (runId is null || (!name.StartsWith($"{runId}.", StringComparison.Ordinal) && name != Lock))
            {
                File.Delete(file);
            }
        }

        if (runId is null && Directory.Exists(records))
        {
            Directory.Delete(records);
        }
    }

    /// <summary>
    /// Takes the record for this process, until the result is disposed of. The operating system
    /// gives it back however this process ends.
    /// </summary>
    /// <param name="folder">The folder of the run.</param>
    /// <exception cref="InvalidInputException">
    /// Another process has the record, or the folder cannot be written.
    /// </exception>
    public static IDisposable Take(string folder) => Take(folder, "run", StoredRun.In(folder)?.Process);

    /// <inheritdoc cref="Take(string)" />
    /// <param name="folder">The folder of the run or of the sweep.</param>
    /// <param name="what">What the record is of, for messages: a run or a sweep.</param>
    /// <param name="owner">The process that has it, as far as is noted.</param>
    public static IDisposable Take(string folder, string what, ProcessIdentity? owner)
    {
        var records = Path.Combine(folder, Name);
        try
        {
            Directory.CreateDirectory(records);
            return new Taken(records, new FileStream(Path.Combine(records, Lock), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose));
        }
        catch (IOException taken) when (owner is { IsAlive: true })
        {
            throw new InvalidInputException($"The {what} in {folder} trains in process {owner.Pid}: wait for its end, or stop it.", taken);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new InvalidInputException($"{records} cannot be written ({refused.Message.TrimEnd('.')}): make its folder writable.", refused);
        }
    }

    private const string Lock = "lock";

    private static string PathOf(string folder, string runId, string ending) => Path.Combine(folder, Name, $"{runId}.{ending}");

    /// <summary>A folder of records that this process has.</summary>
    private sealed class Taken(string records, FileStream lockFile) : IDisposable
    {
        /// <summary>
        /// Gives the folder back. It goes if it is empty, because the run was refused.
        /// </summary>
        public void Dispose()
        {
            lockFile.Dispose();
            try
            {
                EmptyFolder.Delete(records);
            }
            catch (IOException)
            {
                // Another process has taken the folder at this moment.
            }
        }
    }
}
