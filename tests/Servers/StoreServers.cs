using System.Globalization;
using Mnist.Distributed.Tests.Servers;
using Mnist.Distributed.Tests.Training.Files;
using Xunit;

[assembly: AssemblyFixture(typeof(StoreServers))]

namespace Mnist.Distributed.Tests.Servers;

/// <summary>
/// One server of each kind, shared by the tests that need only a store of their own. The first such
/// test starts it.
/// </summary>
public sealed class StoreServers : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Lazy<Task<PostgreSqlServer>> _postgreSql = new(PostgreSqlServer.Start);
    private readonly Lazy<Task<RedisServer>> _redis = new(() => RedisServer.Start());
    private int _files;

    /// <summary>The name of a new store; skips the test where there is no server for it.</summary>
    public async Task<string> NewStore(StoreKind kind) => kind switch
    {
        StoreKind.PostgreSql => await (await _postgreSql.Value).NewStore(),
        StoreKind.Redis => await (await _redis.Value).NewStore(),
        _ => string.Create(CultureInfo.InvariantCulture, $"sqlite:{_folder[$"{Interlocked.Increment(ref _files)}.db"]}"),
    };

    internal Task<PostgreSqlServer> PostgreSql() => _postgreSql.Value;

    public async ValueTask DisposeAsync()
    {
        await End(_postgreSql);
        await End(_redis);
        _folder.Dispose();
    }

    private static async Task End<T>(Lazy<Task<T>> server)
        where T : IStoreServer
    {
        if (server is { IsValueCreated: true, Value: { IsCompletedSuccessfully: true } started })
        {
            await (await started).DisposeAsync();
        }
    }
}
