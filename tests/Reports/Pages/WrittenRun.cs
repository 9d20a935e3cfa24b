using System.Text.Json;
using Mnist.Distributed.Tests.Training.Files;
using Mnist.Distributed.Training.Files;

namespace Mnist.Distributed.Tests.Reports.Pages;

/// <summary>The folder of a run, written step by step as a run writes it.</summary>
internal sealed class WrittenRun : IDisposable
{
    public const string Id = "20260901-120000-ab12";

    private const string Accuracy = """{ "name": "accuracy", "higher_is_better": true, "is_share": true }""";

    private readonly TemporaryFolder _root = new();

    public WrittenRun() => Directory.CreateDirectory(Folder);

    /// <summary>The folder that holds the folder of the run.</summary>
    public string Root => _root.Path;

    /// <summary>The folder of the run.</summary>
    public string Folder => _root[Id];

    /// <summary>The line of an epoch. Epochs have 10 steps and take 2.5 seconds.</summary>
    public static string Epoch(int epoch) => JsonSerializer.Serialize(new
    {
        epoch,
        steps = 10,
        train_loss = 1.0 / epoch,
        train_accuracy = 0.5,
        test_loss = 2.0 / epoch,
        test_accuracy = 0.25,
        seconds = 2.5,
        images_per_second = 100,
    });

    /// <summary>The line of an incident in the first epoch.</summary>
    public static string Incident(string kind) =>
        JsonSerializer.Serialize(new { step = 5, kind, silo = "silo-1", reason = "a test", seconds = 0.5, at = "2026-09-01T12:00:00Z" });

    /// <summary>Writes <c>run.json</c>.</summary>
    /// <param name="status">The status of the run.</param>
    /// <param name="metric">Its metric as JSON.</param>
    public void Is(string status, string metric = Accuracy) => AtomicFile.WriteText(
        Path.Combine(Folder, "run.json"),
        $$"""{ "run_id": "{{Id}}", "status": "{{status}}", "plan": { "model": "mlp", "steps_per_epoch": 10, "epochs": 3, "metric": {{metric}} } }""");

    /// <summary>Appends to a file, which need not exist.</summary>
    public void Append(string file, string text) => File.AppendAllText(Path.Combine(Folder, file), text);

    public void Dispose() => _root.Dispose();
}
