namespace Mnist.Distributed.Hosting.Links;

/// <summary>How a silo is reached.</summary>
public enum SiloTransport
{
    /// <summary>By Unix sockets if its address is a loopback address; else by TLS.</summary>
    Auto,

    /// <summary>By Unix sockets, by this user only.</summary>
    Sockets,

    /// <summary>By TCP with mutual TLS.</summary>
    Tls,

    /// <summary>By TCP, by everybody.</summary>
    Insecure,
}
