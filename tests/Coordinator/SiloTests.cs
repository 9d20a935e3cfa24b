using System.Net;
using System.Net.Sockets;
using Mnist.Distributed.Tests.Processes;
using Xunit;

namespace Mnist.Distributed.Tests.Coordinator;

/// <summary><c>mnist-silo</c> started by hand.</summary>
public sealed class SiloTests(SmallMnist data) : IAsyncDisposable
{
    private readonly UserHome _home = new();

    [Fact]
    public async Task Help_names_the_options()
    {
        var help = (await _home.Run("mnist-silo", "--help")).Succeeds();
        Assert.Contains("--Silo:Store", help.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Silo:Store is missing")]
    [InlineData("Silo:Address", "--Silo:Store", "sqlite:x.db", "--Silo:Address", "here")]
    [InlineData("Silo:SiloPort", "--Silo:Store", "sqlite:x.db", "--Silo:SiloPort", "70000")]
    [InlineData("SiloPort", "--Silo:Store", "sqlite:x.db", "--Silo:SiloPort", "many")]
    [InlineData("Silo:ComputeThreads", "--Silo:Store", "sqlite:x.db", "--Silo:ComputeThreads", "-1")]
    [InlineData("Silo:Colour is not an option", "--Silo:Store", "sqlite:x.db", "--Silo:Colour", "red")]
    [InlineData("Silo:stor is not an option", "--Silo:stor", "sqlite:x.db")]
    [InlineData("'sqlite:x.db' is not an option", "sqlite:x.db")]
    [InlineData("needs a value", "--Silo:Store")]
    [InlineData("Silo:Detached must be true or false", "--Silo:Store", "sqlite:x.db", "--Silo:Detached", "perhaps")]
    [InlineData("letters", "--Silo:Store", "sqlite:x.db", "--Silo:Name", "a\nb")]
    [InlineData("Tracing:FirstSteps", "--Silo:Store", "sqlite:x.db", "--Tracing:FirstSteps", "abc")]
    [InlineData("Loud", "--Silo:Store", "sqlite:x.db", "--Logging:LogLevel:Default", "Loud")]
    [InlineData("holds something else", "--Silo:Store", "sqlite:x.db", "--Silo:PidFile", "/dev/null")]
    public async Task A_bad_option_is_refused(string hint, params string[] arguments) =>
        Assert.Contains(hint, (await _home.Run("mnist-silo", arguments)).IsRefused(), StringComparison.Ordinal);

    [Fact]
    public async Task A_silo_that_is_asked_to_leave_while_it_starts_ends_without_a_trace()
    {
        using var silo = _home.StartSilo("--Silo:Store", $"sqlite:{_home["early.db"]}", "--Silo:PidFile", _home["early.pid"]);
        var output = silo.StandardOutput.ReadToEndAsync(_home.Guard);
        var error = silo.StandardError.ReadToEndAsync(_home.Guard);
        await Poll.Until(() => File.Exists(_home["early.pid"]) || silo.HasExited, _home.Guard, pause: TimeSpan.FromMilliseconds(1));

        Signals.Send(silo.Id, "TERM");
        await silo.WaitForExitAsync(_home.Guard);
        var told = $"{silo.ExitCode}\n{await output}\n{await error}";
        Assert.True(silo.ExitCode is 0 or 143, told);
        Assert.DoesNotContain("   at ", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Its_files_are_for_its_user_alone()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no file modes.");
            return;
        }

        await _home.Up("private", 1);
        var folder = _home["state/mnist-distributed/clusters/private"];
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(folder));
        foreach (var file in Directory.GetFiles(folder, "cluster.db*"))
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }
    }

    [Fact]
    public async Task A_port_that_is_taken_is_refused()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var silo = await _home.Run("mnist-silo", "--Silo:Store", "sqlite:x.db", "--Silo:SiloPort", $"{port}", "--Silo:Transport", "insecure");
        Assert.Equal(2, silo.ExitCode);
        Assert.Contains("cannot listen", silo.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_silo_with_other_data_than_the_coordinators_is_refused()
    {
        using var other = new SmallMnist(trainCount: 64);
        _home.Set("MNIST_DATA", other.Path);
        await _home.Up("other", 1);
        _home.Set("MNIST_DATA", data.Path);
        var sentence = (await _home.Mnist("train", "--cluster", "other", "--out", _home["out"])).IsRefused();
        Assert.Contains("is not what run", sentence, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_home["out"]));
    }

    public ValueTask DisposeAsync() => _home.DisposeAsync();
}
