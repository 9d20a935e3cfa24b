using System.Diagnostics;
using Xunit;

namespace Mnist.Distributed.Tests.Processes;

public sealed class ReaperTests
{
    [Fact]
    public async Task What_has_the_mark_is_ended_with_the_input_and_nothing_else_is()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux shows the environments of processes.");
        var mark = $"{Guid.NewGuid():n}";
        using var marked = Sleep(mark);
        using var other = Sleep($"{Guid.NewGuid():n}");

        using var reaper = Reaper.Start($"{Reaper.Mark}={mark}");
        reaper.StandardInput.Close();
        await reaper.WaitForExitAsync(TestContext.Current.CancellationToken);
        await marked.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.False(other.HasExited);
        other.Kill();
    }

    private static Process Sleep(string mark) =>
        Process.Start(new ProcessStartInfo("sleep", ["1000"]) { Environment = { [Reaper.Mark] = mark } })!;
}
