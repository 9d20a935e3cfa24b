using Mnist.Distributed.Tests.Processes;
using Xunit;

namespace Mnist.Distributed.Tests.Coordinator;

/// <summary><c>mnist cluster identity</c>, as a user calls it.</summary>
public sealed class IdentityTests : IAsyncDisposable
{
    private readonly UserHome _home = new();

    [Fact]
    public async Task Authority_issues_lists_revokes_and_rotates()
    {
        (await Identity("create")).Succeeds();
        Assert.Contains("already holds an authority", (await Identity("create")).IsRefused(), StringComparison.Ordinal);
        (await Identity("issue", "--for", "node-1", "--out", "node-1")).Succeeds();
        (await Identity("issue", "--for", "kim", "--role", "observer", "--days", "30")).Succeeds();
        Assert.Equal(
            [("kim", "observer", "valid"), ("node-1", "silo", "valid")],
            (await Listed()).Order());
        Assert.All((string[])["ca.crt", "tls.crt", "tls.key"], file => Assert.True(File.Exists(Path.Combine(_home["kim"], file))));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(_home["kim"], "tls.key")));
        }

        Assert.Contains("ca.crl", (await Identity("revoke", "--for", "kim")).Succeeds().Output, StringComparison.Ordinal);
        Assert.Contains("no certificate", (await Identity("revoke", "--for", "kim")).IsRefused(), StringComparison.Ordinal);
        Assert.Contains(("kim", "observer", "revoked"), await Listed());

        Assert.Contains("No rotation", (await Identity("rotate", "--finish")).IsRefused(), StringComparison.Ordinal);
        (await Identity("rotate")).Succeeds();
        (await Identity("rotate", "--finish")).Succeeds();
    }

    [Theory]
    [InlineData("--role must be silo, operator or observer", "issue", "--for", "kim", "--role", "king")]
    [InlineData("--role must be silo, operator or observer", "issue", "--for", "kim", "--role", "1")]
    [InlineData("--days must be from 1 to 3650", "issue", "--for", "kim", "--days", "0")]
    [InlineData("names nobody", "issue", "--for", "kim lee")]
    [InlineData("holds no authority", "issue", "--for", "kim")]
    [InlineData("holds no authority", "list")]
    public async Task Bad_input_gets_a_sentence_and_leaves_nothing(string sentence, params string[] arguments)
    {
        Assert.Contains(sentence, (await Identity(arguments)).IsRefused(), StringComparison.Ordinal);
        Assert.False(Directory.Exists(_home["kim"]));
    }

    public ValueTask DisposeAsync() => _home.DisposeAsync();

    private Task<Finished> Identity(params string[] arguments) => _home.Mnist(["cluster", "identity", .. arguments, "--cluster", "demo"]);

    private async Task<IEnumerable<(string, string, string)>> Listed() => (await Identity("list", "--json")).Succeeds().Json
        .Select(one => (one.GetProperty("name").GetString()!, one.GetProperty("role").GetString()!, one.GetProperty("state").GetString()!));
}
