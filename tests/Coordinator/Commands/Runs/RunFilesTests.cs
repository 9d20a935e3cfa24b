using Mnist.Distributed.Contracts;
using Mnist.Distributed.Coordinator.Commands.Runs;
using Mnist.Distributed.Tests.Training.Files;
using Xunit;

namespace Mnist.Distributed.Tests.Coordinator.Commands.Runs;

/// <summary>A deletion takes what a run has written, and nothing else.</summary>
public sealed class RunFilesTests : IDisposable
{
    private static readonly string[] Own =
    [
        "run.json", "metrics.jsonl", "metrics.csv", "model.safetensors", "incidents.jsonl", "report.html", "report.json", "confusion.png", "confusion.svg",
        ".run.json.0123456789abcdef.tmp", "tfevents/events.out.tfevents.1.here", "record/20260901-120000-ab12.even", "record/20260901-120000-ab12.odd", "record/lock",
    ];

    private readonly TemporaryFolder _folder = new();

    private string Run => _folder["run"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_folder_with_nothing_else_is_deleted()
    {
        Write(Own);

        Assert.Equal(Own.Length, RunFiles.In(Run).Count);
        Assert.Equal(Own.Length * 3, RunFiles.Bytes(RunFiles.In(Run)));
        Assert.Equal([], RunFiles.Delete(Run));
        Assert.False(Directory.Exists(Run));
    }

    [Fact]
    public void Files_of_others_stay_with_their_folders()
    {
        string[] others = ["notes.txt", "record/mine.txt", "sub/run.json", "tfevents/other", ".hidden.tmp"];
        Write([.. Own, .. others]);

        Assert.Equal([".hidden.tmp", "notes.txt", "record", "sub", "tfevents"], RunFiles.Delete(Run));
        Assert.Equal(others.Order(), Directory.EnumerateFiles(Run, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(Run, path)).Order());
    }

    [Fact]
    public void No_link_is_followed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a privilege here.");
        Write(["run.json"]);
        _folder.Write("elsewhere/events.out.tfevents.1", "abc"u8);
        _folder.Write("elsewhere/20260901-120000-ab12.even", "abc"u8);
        _folder.Write("elsewhere/file", "abc"u8);
        Directory.CreateSymbolicLink(Path.Combine(Run, "tfevents"), _folder["elsewhere"]);
        Directory.CreateSymbolicLink(Path.Combine(Run, "record"), _folder["elsewhere"]);
        File.CreateSymbolicLink(Path.Combine(Run, "metrics.csv"), _folder["elsewhere/file"]);

        Assert.Equal(["record", "tfevents"], RunFiles.Delete(Run));
        Assert.Equal(3, Directory.GetFiles(_folder["elsewhere"]).Length);
    }

    [Fact]
    public void A_folder_that_is_a_link_is_refused()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a privilege here.");
        Write(Own);
        Directory.CreateSymbolicLink(_folder["link"], Run);

        Assert.Contains("is a link", Assert.Throws<InvalidInputException>(() => RunFiles.Delete(_folder["link"])).Message, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(Run, "run.json")));
    }

    private void Write(IEnumerable<string> names)
    {
        foreach (var name in names)
        {
            _folder.Write($"run/{name}", "abc"u8);
        }
    }
}
