using System.Text.Json;
using Mnist.Distributed.Training.Files;

namespace Mnist.Distributed.Hosting.Processes;

/// <summary>
/// The contents of the pid file of a silo process. The commands for local clusters find the process
/// with it.
/// </summary>
/// <param name="Silo">The name of the silo.</param>
/// <param name="Process">The process.</param>
/// <param name="Version">Version of the program.</param>
/// <param name="Address">
/// The address of the silo in the cluster, in the form of Orleans, which is unique for each start
/// of a silo; null until the silo has one.
/// </param>
public sealed record SiloNote(string Silo, ProcessIdentity Process, string Version, string? Address)
{
    /// <summary>Writes the pid file.</summary>
    public void Write(string path) => AtomicFile.Write(path, stream => JsonSerializer.Serialize(stream, this));

    /// <summary>
    /// Whether a silo may write its pid file to a path: there is nothing at the path, or there is a
    /// pid file. This protects other files and devices against a mistyped option.
    /// </summary>
    public static bool MayBeWrittenTo(string path) =>
        !Path.Exists(path) || (File.Exists(path) && new FileInfo(path).Length > 0 && TryRead(path) is not null);

    /// <summary>
    /// Reads a pid file. Null when it does not exist or is damaged. Then the process can be found
    /// without it.
    /// </summary>
    public static SiloNote? TryRead(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<SiloNote>(File.ReadAllBytes(path)) is { Silo: not null, Process: not null } note ? note : null;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }
}
