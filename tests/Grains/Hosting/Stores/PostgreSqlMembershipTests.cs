using Mnist.Distributed.Tests.Servers;

namespace Mnist.Distributed.Tests.Grains.Hosting.Stores;

public sealed class PostgreSqlMembershipTests(StoreServers servers) : RelationalMembershipTests(servers, StoreKind.PostgreSql);
