using Mnist.Distributed.Contracts.Memory;
using Mnist.Distributed.Tests.Processes;
using Xunit;

namespace Mnist.Distributed.Tests.Contracts.Memory;

/// <summary>
/// If the system allows a process few descriptors, the workers without one do not fail: their
/// gradients are sent.
/// </summary>
public sealed class DescriptorLimitTests(SmallMnist data) : IAsyncDisposable
{
    private readonly UserHome _home = new();

    public ValueTask DisposeAsync() => _home.DisposeAsync();

    [Fact]
    public async Task In_one_process_workers_hold_no_descriptors()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no such limit here.");
        _home.OpenFiles = 256;
        (await Train("one-process")).Succeeds();
    }

    [Fact]
    public async Task Silos_with_few_descriptors_end_with_the_same_bytes()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Silos share no memory here.");
        (await Train("one-process")).Succeeds();

        _home.OpenFiles = 320;
        await _home.Up("local", 2);
        (await Train("two-silos", "--cluster", "local")).Succeeds();

        Assert.Equal(Weights("one-process"), Weights("two-silos"));
    }

    [Theory]
    [InlineData("mnist", 64)]
    [InlineData("mnist", ProcessLimits.NeededOpenFiles - 1)]
    [InlineData("mnist-silo", ProcessLimits.NeededOpenFiles - 1)]
    public async Task Too_few_for_the_programs_themselves_are_a_sentence(string program, int limit)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no such limit here.");
        _home.OpenFiles = limit;
        Assert.Contains("ulimit -n", (await _home.Run(program, "plan")).IsRefused(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task As_few_as_are_asked_for_are_enough()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no such limit here.");
        _home.OpenFiles = ProcessLimits.NeededOpenFiles;
        (await Train("least")).Succeeds();
    }

    private Task<Finished> Train(string run, params string[] more) => _home.Mnist(
        ["train", "--data", data.Path, "--workers", "200", "--batch-size", "200", "--limit", "600", "--epochs", "1", "--out", _home[run], .. more]);

    private byte[] Weights(string run) => File.ReadAllBytes(Path.Combine(_home[run], "model.safetensors"));
}
