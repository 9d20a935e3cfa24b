using Mnist.Distributed.Tests.Servers;

namespace Mnist.Distributed.Tests.Hosting.Stores;

public sealed class PostgreSqlStorageTests(StoreServers servers) : StorageTests(servers, StoreKind.PostgreSql);
