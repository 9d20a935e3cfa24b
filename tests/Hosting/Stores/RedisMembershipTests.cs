using Mnist.Distributed.Tests.Servers;

namespace Mnist.Distributed.Tests.Hosting.Stores;

public sealed class RedisMembershipTests(StoreServers servers) : MembershipTests(servers, StoreKind.Redis);
