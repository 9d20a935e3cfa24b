using Mnist.Distributed.Tests.Servers;

namespace Mnist.Distributed.Tests.Hosting.Stores;

public sealed class SqliteStorageTests(StoreServers servers) : StorageTests(servers, StoreKind.Sqlite);
