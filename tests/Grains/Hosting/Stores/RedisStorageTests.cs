using Mnist.Distributed.Tests.Servers;

namespace Mnist.Distributed.Tests.Grains.Hosting.Stores;

public sealed class RedisStorageTests(StoreServers servers) : StorageTests(servers, StoreKind.Redis);
