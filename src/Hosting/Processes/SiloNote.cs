using System.Text.Json;
using Mnist.Distributed.Training.Files;

namespace Mnist.Distributed.Hosting.Processes;

/// <summary>
/// What a silo process writes down of itself in its pid file: the commands that look after a local
/// cluster find it by that.
/// </summary>
/// <param name="Silo">The silo's name.</param>
/// <param name="Process">The process.</param>
/// <param name="Version">Version of the program.</param>
/// <param name="Address">Its address in the cluster, in Orleans' form, which no silo before or
/// after it has; null until it has one.</param>
public sealed record SiloNote(string Silo, ProcessIdentity Process, string Version, string? Address)
{
    /// <summary>Writes the pid file.</summary>
    public void Write(string path) => AtomicFile.Write(path, stream => JsonSerializer.Serialize(stream, this));

    /// <summary>
    /// Whether a file is not there, or is a pid file: another one, or a device, is not to be
    /// replaced by mistake.
    /// </summary>
    public static bool MayBeWrittenTo(string path) =>
        !Path.Exists(path) || (File.Exists(path) && new FileInfo(path).Length > 0 && TryRead(path) is not null);

    /// <summary>
    /// Reads a pid file; null when it is not there, or is damaged: the process can be found without
    /// it.
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
