using Mnist.Distributed.Tests.Servers;

namespace Mnist.Distributed.Tests.Hosting.Stores;

public sealed class PostgreSqlMembershipTests(StoreServers servers) : RelationalMembershipTests(servers, StoreKind.PostgreSql);
