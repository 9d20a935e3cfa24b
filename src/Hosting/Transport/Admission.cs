using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Hosting.Identity;
using Mnist.Distributed.Hosting.Links;
using Mnist.Distributed.Hosting.Sockets;
using Mnist.Distributed.Hosting.Transport.Guard;
using Orleans.Configuration;

namespace Mnist.Distributed.Hosting.Transport;

/// <summary>Decides about each connection that a silo accepts.</summary>
internal static class Admission
{
    /// <summary>How long the other end may take to show who it is.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Adds the decision to both ports of a silo.</summary>
    /// <param name="services">The services of the silo.</param>
    /// <param name="link">How processes reach each other.</param>
    public static void Use(IServiceCollection services, ClusterLink link) => services.AddOptions<SiloConnectionOptions>()
        .Configure<ILoggerFactory>((options, loggers) =>
        {
            var log = new RefusalLog(loggers.CreateLogger("Mnist.Distributed.Admission"), TimeProvider.System);
            options.ConfigureSiloInboundConnection(connection => Admit(connection, link, ClusterRole.Silo, log));
            options.ConfigureGatewayInboundConnection(connection => Admit(connection, link, ClusterRole.Observer, log));
        });

    private static void Admit(IConnectionBuilder connection, ClusterLink link, ClusterRole least, RefusalLog log) => connection.Use(next => async context =>
    {
        var pipes = (SocketPipes)context;
        var from = Printable.Of($"{context.RemoteEndPoint}");
        try
        {
            using var deadline = new CancellationTokenSource(Patience);
            var peer = await link.Admit(pipes, least, deadline.Token);
            if (least != ClusterRole.Silo)
            {
                Watch(pipes, new ClientFrames(peer.Role), peer.Name == from ? from : $"{Printable.Of(peer.Name)} at {from}", log);
            }
            else if (link.Warning is not null)
            {
                Watch(pipes, null, from, log);
            }
        }
        catch (Exception refused) when (refused is IOException or OperationCanceledException or ObjectDisposedException)
        {
            log.Refused(from, refused is OperationCanceledException ? "it did not show who it is in time" : refused.Message);
            context.Abort(new ConnectionAbortedException(refused.Message, refused));
            throw;
        }

        await next(context);
    });

    private static void Watch(SocketPipes pipes, IFrameRule? rule, string from, RefusalLog log) => pipes.Watch(inner => new FrameWatch(inner, rule, reason =>
    {
        log.Refused(from, reason);
        pipes.Abort(new ConnectionAbortedException(reason));
    }));
}
