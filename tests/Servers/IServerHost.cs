namespace Mnist.Distributed.Tests.Servers;

/// <summary>
/// The host of a server: a process of this machine, or a container. Data and port survive a crash.
/// </summary>
internal interface IServerHost : IAsyncDisposable
{
    /// <summary>The port by which this machine reaches the server.</summary>
    int Port { get; }

    /// <summary>Ends the server like a crash.</summary>
    Task Crash();

    /// <summary>Starts the server again.</summary>
    Task Restart();
}
