namespace Mnist.Distributed.Tests.Servers;

/// <summary>
/// A database server for one test, which can be stopped and started again with its data.
/// </summary>
internal interface IStoreServer : IAsyncDisposable
{
    /// <summary>Makes the name of a store on this server that no other test uses.</summary>
    Task<string> NewStore();

    /// <summary>Ends the server like a crash.</summary>
    Task Crash();

    /// <summary>Starts the server again, with its data and at its address.</summary>
    Task Restart();
}
