using Mnist.Distributed.Hosting;
using Mnist.Distributed.Tests.Processes;
using Xunit;

namespace Mnist.Distributed.Tests.Coordinator;

/// <summary>Every program tells its version, and tells the same one.</summary>
public sealed class VersionTests
{
    [Theory]
    [InlineData("mnist", "--version")]
    [InlineData("mnist", "version")]
    [InlineData("mnist", "silo", "--version")]
    [InlineData("mnist-silo", "--version")]
    public async Task A_program_prints_the_version_that_silos_and_runs_note(string program, params string[] arguments)
    {
        await using var home = new UserHome();
        Assert.Equal($"{ProductVersion.Text}\n", (await home.Run(program, arguments)).Succeeds().Output);
    }
}
