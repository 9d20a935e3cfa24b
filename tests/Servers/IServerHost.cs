namespace Mnist.Distributed.Tests.Servers;

/// <summary>What a server runs in: a process of this machine or a container. Its data and its port outlive a crash.</summary>
internal interface IServerHost : IAsyncDisposable
{
    /// <summary>The port by which this machine reaches the server.</summary>
    int Port { get; }

    /// <summary>Ends the server as a crash would.</summary>
    Task Crash();

    /// <summary>Starts it again.</summary>
    Task Restart();
}
