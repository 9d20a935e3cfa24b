using System.Text.Json;
using Mnist.Distributed.Hosting.Processes;
using Mnist.Distributed.Training.Files;

namespace Mnist.Distributed.Hosting.Otlp;

/// <summary>
/// The OpenTelemetry backend that this user has started on this machine. Programs that start while
/// it runs send their telemetry to it, unless OpenTelemetry's variables name another one.
/// </summary>
/// <param name="Page">Address of its page, with the token that opens it.</param>
/// <param name="Endpoint">Address to which telemetry is sent, by gRPC.</param>
/// <param name="Key">The key that must come with telemetry and with queries.</param>
/// <param name="Process">Its process.</param>
public sealed record LocalBackend(string Page, string Endpoint, string Key, ProcessIdentity Process)
{
    private static string Folder => Path.Combine(UserFolders.State, "dashboard");

    private static string File => Path.Combine(Folder, "dashboard.json");

    /// <summary>The variables that send telemetry to the backend.</summary>
    public IReadOnlyDictionary<string, string> Variables => new Dictionary<string, string>
    {
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = Endpoint,
        ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "grpc",
        ["OTEL_EXPORTER_OTLP_HEADERS"] = $"x-otlp-api-key={Key}",
    };

    /// <summary>The backend that runs; null if there is none.</summary>
    public static LocalBackend? Find()
    {
        try
        {
            return JsonSerializer.Deserialize<LocalBackend>(System.IO.File.ReadAllBytes(File)) is { Process.IsAlive: true } backend ? backend : null;
        }
        catch (Exception none) when (none is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Notes that the backend runs. Only this user can read the note.</summary>
    /// <exception cref="Contracts.InvalidInputException">The note cannot be written.</exception>
    public void Note()
    {
        PrivateFolder.Make(Folder);
        AtomicFile.Write(File, stream => JsonSerializer.Serialize(stream, this));
    }

    /// <summary>Removes the note, unless it is of another backend.</summary>
    public void Forget()
    {
        if (Find()?.Process is not { } noted || noted == Process)
        {
            try
            {
                System.IO.File.Delete(File);
            }
            catch (DirectoryNotFoundException)
            {
                // Somebody has removed the folder, and the note with it.
            }
        }
    }
}
