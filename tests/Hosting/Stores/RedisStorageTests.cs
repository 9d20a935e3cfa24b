using Mnist.Distributed.Tests.Servers;

namespace Mnist.Distributed.Tests.Hosting.Stores;

public sealed class RedisStorageTests(StoreServers servers) : StorageTests(servers, StoreKind.Redis);
