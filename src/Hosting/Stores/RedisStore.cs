using System.Net;
using Microsoft.Extensions.Hosting;
using Mnist.Distributed.Contracts;
using Orleans.Clustering.Redis;
using Orleans.Configuration;
using StackExchange.Redis;

namespace Mnist.Distributed.Hosting.Stores;

/// <summary>
/// A store in Redis: membership and grain storage, under keys that begin with <c>mnist/</c>. A
/// Redis server without an append-only file loses them when it restarts.
/// </summary>
public sealed class RedisStore : IClusterStore
{
    /// <summary>
    /// Default options: timeouts in milliseconds to connect and for a command. A command fails
    /// after its timeout while the library restores a lost connection.
    /// </summary>
    private const string Defaults = "connectTimeout=3000,connectRetry=1,asyncTimeout=5000,";

    private const string Version = "Version";

    private readonly ConfigurationOptions _configuration;

    /// <summary>Creates the store of a server. It does not connect yet.</summary>
    /// <param name="configuration">The configuration in the form of StackExchange.Redis.</param>
    /// <exception cref="Exception">The configuration cannot be read.</exception>
    public RedisStore(string configuration)
    {
        _configuration = ConfigurationOptions.Parse(Defaults + configuration);
        if (_configuration.EndPoints.Count == 0)
        {
            throw new UnreadableStoreException("its server is missing");
        }

        foreach (var host in _configuration.EndPoints.OfType<DnsEndPoint>())
        {
            UnreadableStoreException.Require(host.Host, "server", " =@;/");
        }

        _configuration.ClientName ??= NamedCluster.Service;
        _configuration.IncludeDetailInExceptions = false;
    }

    /// <inheritdoc />
    /// <remarks>
    /// Creates the membership entry as Orleans would. This fails for a server that cannot write, or
    /// that has something else under the key.
    /// </remarks>
    public async Task Create(string cluster)
    {
        if (await Ask(database => database.HashSetAsync(Membership(cluster), Version, 0, When.NotExists), cluster))
        {
            return;
        }

        await Check(cluster);
    }

    /// <inheritdoc />
    public async Task Check(string cluster)
    {
        var version = await Ask(database => database.HashGetAsync(Membership(cluster), Version), cluster);
        if (version.IsNull)
        {
            throw new InvalidInputException($"{this} knows no cluster {cluster}: start its silos with --Silo:Cluster {cluster} and this store.");
        }

        if (!version.TryParse(out int _))
        {
            throw Foreign(cluster);
        }
    }

    /// <inheritdoc />
    public string SocketFolder(string cluster) => UserSockets.Folder(cluster);

    /// <inheritdoc />
    public void AddTo(ISiloBuilder silo) => silo
        .UseRedisClustering(options => options.ConfigurationOptions = _configuration)
        .AddRedisGrainStorageAsDefault(options => (options.ConfigurationOptions, options.DeleteStateOnClear) = (_configuration, true));

    /// <inheritdoc />
    public void AddTo(IClientBuilder client) => client.UseRedisClustering(options => options.ConfigurationOptions = _configuration);

    /// <inheritdoc />
    public override string ToString() => $"redis:{string.Join(',', _configuration.EndPoints.Select(endpoint => EndPointCollection.ToString(endpoint)))}";

    private static RedisKey Membership(string cluster) =>
        RedisClusteringOptions.DefaultCreateRedisKey(new ClusterOptions { ClusterId = cluster, ServiceId = NamedCluster.Service });

    private async Task<T> Ask<T>(Func<IDatabase, Task<T>> question, string cluster)
    {
        try
        {
            await using var connection = await ConnectionMultiplexer.ConnectAsync(_configuration);
            return await question(connection.GetDatabase());
        }
        catch (RedisServerException refusal) when (refusal.Message.StartsWith("WRONGTYPE", StringComparison.Ordinal))
        {
            throw Foreign(cluster, refusal);
        }
        catch (RedisServerException refusal)
        {
            throw Refusal(refusal);
        }
        catch (RedisConnectionException refusal) when (refusal.FailureType == ConnectionFailureType.AuthenticationFailure)
        {
            throw Refusal(refusal);
        }
        catch (Exception failure) when (failure is RedisConnectionException or RedisTimeoutException)
        {
            throw new InvalidInputException(
                $"{this} cannot be reached, or is no Redis server that can write ({failure.Message.Split('.', '\n')[0]}): start the server, or correct the store's host and port.",
                failure);
        }
        catch (Exception failure) when (failure is not InvalidInputException)
        {
            // The message of the driver is left out, because it may repeat a password.
            throw new InvalidInputException($"{this} cannot be used with the options that are given ({failure.GetType().Name}): correct the store's options.");
        }
    }

    private InvalidInputException Refusal(Exception refusal) => new(
        $"{this} refuses ({refusal.Message.TrimEnd('.')}): correct the store's configuration, for example redis:host:6379,user=...,password=....", refusal);

    private InvalidInputException Foreign(string cluster, Exception? refusal = null) => new(
        $"The key {Membership(cluster)} of {this} was made by something else: name another cluster or another database, for example with defaultDatabase=1.",
        refusal!);
}
