using Mnist.Distributed.Tests.Servers;

namespace Mnist.Distributed.Tests.Grains.Hosting.Stores;

public sealed class RedisMembershipTests(StoreServers servers) : MembershipTests(servers, StoreKind.Redis);
