using System.Diagnostics;
using Mnist.Distributed.Hosting.Processes;
using Mnist.Distributed.Tests.Training.Files;
using Xunit;

namespace Mnist.Distributed.Tests.Hosting.Processes;

public sealed class ProcessIdentityTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void This_process_is_alive_and_no_other_one_of_its_id_is()
    {
        var own = ProcessIdentity.Own;
        Assert.True(own.IsAlive);
        Assert.Equal(own, ProcessIdentity.Of(Environment.ProcessId));
        Assert.False((own with { Start = own.Start - 1 }).IsAlive);
        Assert.False((own with { Boot = "another" }).IsAlive);
    }

    /// <summary>
    /// A shell that replaces itself by a program is still the process that was started.
    /// </summary>
    [Fact]
    public async Task A_process_keeps_its_identity_until_it_ends()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no sh.");
        using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "read go; exec sleep 1000"]) { RedirectStandardInput = true })!;
        var before = ProcessIdentity.Of(process.Id);
        process.StandardInput.Close();
        Assert.Equal(before, ProcessIdentity.Of(process.Id));
        process.Kill();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.False(before!.IsAlive);
    }

    [Fact]
    public void A_note_is_read_as_it_was_written_and_whatever_else_is_there_is_none()
    {
        var note = new SiloNote("silo-1", ProcessIdentity.Own, "0.1.0", "127.0.0.1:1@2");
        note.Write(_folder["silo-1.pid"]);
        Assert.Equal(note, SiloNote.TryRead(_folder["silo-1.pid"]));
        Assert.True(SiloNote.MayBeWrittenTo(_folder["silo-1.pid"]));
        Assert.True(SiloNote.MayBeWrittenTo(_folder["missing.pid"]));

        _folder.Write("other", "{}"u8);
        Assert.Null(SiloNote.TryRead(_folder["other"]));
        Assert.False(SiloNote.MayBeWrittenTo(_folder["other"]));
        Assert.False(SiloNote.MayBeWrittenTo(_folder.Path));
        Assert.Null(SiloNote.TryRead(_folder["missing.pid"]));
    }

    public void Dispose() => _folder.Dispose();
}
