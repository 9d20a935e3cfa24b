namespace Mnist.Distributed.Tests.Servers;

/// <summary>A database server of a test's own, which can be taken away and brought back with what it holds.</summary>
internal interface IStoreServer : IAsyncDisposable
{
    /// <summary>The name of a store on this server that nobody else uses.</summary>
    Task<string> NewStore();

    /// <summary>Ends the server as a crash would.</summary>
    Task Crash();

    /// <summary>Starts it again, with its data and at its address.</summary>
    Task Restart();
}
