using System.Runtime.Versioning;
using Microsoft.Data.Sqlite;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Hosting.Stores;
using Mnist.Distributed.Tests.Servers;
using Mnist.Distributed.Tests.Training.Files;
using Xunit;

namespace Mnist.Distributed.Tests.Hosting.Stores;

/// <summary>
/// A database that somebody else has put in the place of a store is neither read nor written.
/// </summary>
[UnsupportedOSPlatform("windows")]
public sealed class OwnedStoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public OwnedStoreTests() => Assert.SkipWhen(OperatingSystem.IsWindows(), "Files have no modes here.");

    private string Database => _folder["cluster.db"];

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("")]
    [InlineData("-wal")]
    [InlineData("-journal")]
    public async Task A_file_that_others_may_write_is_refused(string end)
    {
        await Make();
        if (end.Length > 0)
        {
            await File.WriteAllTextAsync(Database + end, "planted", TestContext.Current.CancellationToken);
        }

        File.SetUnixFileMode(Database + end, (UnixFileMode)0b110_110_110);
        await IsRefused($"'chmod go-w {Database}{end}'");
    }

    [Theory]
    [InlineData("")]
    [InlineData("-wal")]
    public async Task A_file_of_another_user_is_refused(string end)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root can make a file of another user.");
        await Make();
        if (end.Length > 0)
        {
            await File.WriteAllTextAsync(Database + end, "planted", TestContext.Current.CancellationToken);
        }

        await ServerProcess.Run("chown", "1234", Database + end);
        await IsRefused($"{Database}{end} belongs to another user");
    }

    /// <summary>So it is at the top of a volume of a pod.</summary>
    [Fact]
    public async Task The_folder_may_be_open_to_all()
    {
        File.SetUnixFileMode(_folder.Path, (UnixFileMode)0b111_111_111);
        await Make();
        await Make();
    }

    private async Task Make()
    {
        await new SqliteStore(Database).Create("cluster");
        SqliteConnection.ClearAllPools();
    }

    private async Task IsRefused(string part)
    {
        var store = new SqliteStore(Database);
        Assert.Contains(part, (await Assert.ThrowsAsync<InvalidInputException>(() => store.Create("cluster"))).Message, StringComparison.Ordinal);
        Assert.Contains(part, (await Assert.ThrowsAsync<InvalidInputException>(() => store.Check("cluster"))).Message, StringComparison.Ordinal);
        Assert.Contains(part, Assert.Throws<InvalidInputException>(() => store.ReadMembership("cluster")).Message, StringComparison.Ordinal);
    }
}
