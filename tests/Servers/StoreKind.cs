namespace Mnist.Distributed.Tests.Servers;

/// <summary>The kinds of stores.</summary>
public enum StoreKind
{
    Sqlite,
    PostgreSql,
    Redis,
}
