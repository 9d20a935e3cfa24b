using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Hosting.Links;
using Mnist.Distributed.Hosting.Stores;
using Mnist.Distributed.Hosting.Transport;
using Orleans.Configuration;

namespace Mnist.Distributed.Tests.Security;

/// <summary>A client of the project's assemblies that calls what it wants.</summary>
internal sealed class HostileClient : IDisposable
{
    private readonly IHost _host;

    public HostileClient(string cluster, IClusterStore store, ClusterLink link)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.ClearProviders();
        builder.UseOrleansClient(client =>
        {
            client.Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = (cluster, NamedCluster.Service));
            store.AddTo(client);
            BulkTransport.Use(client.Services, link);
        });
        _host = builder.Build();
    }

    public IClusterClient Client => _host.Services.GetRequiredService<IClusterClient>();

    /// <summary>Every method of every grain of the project.</summary>
    public static IEnumerable<MethodInfo> Methods => typeof(ITrainingRunGrain).Assembly.GetTypes()
        .Where(type => type.IsInterface && type.IsAssignableTo(typeof(IAddressable)))
        .SelectMany(type => type.GetMethods());

    public Task Connect() => _host.StartAsync();

    /// <summary>Calls a method of a grain, with arguments that are zero or null.</summary>
    /// <param name="method">The method.</param>
    /// <param name="key">Key of the grain.</param>
    public Task Call(MethodInfo method, string key)
    {
        var type = method.DeclaringType!;
        var grain = type.IsAssignableTo(typeof(IGrainWithStringKey))
            ? Client.GetGrain(type, key)
            : Client.GetGrain(GrainId.Create("replicas", key), GrainInterfaceType.Create("mnist.IReplicaService"));
        var target = grain as object;
        if (!type.IsInstanceOfType(target))
        {
            target = typeof(GrainExtensions).GetMethods().Single(cast => cast.Name == "AsReference" && cast.IsGenericMethod && cast.GetParameters().Length == 1).MakeGenericMethod(type).Invoke(null, [grain]);
        }

        var arguments = method.GetParameters().Select(parameter => parameter.ParameterType.IsValueType ? Activator.CreateInstance(parameter.ParameterType) : null).ToArray();
        return method.Invoke(target, arguments) switch
        {
            Task task => task,
            ValueTask task => task.AsTask(),
            var other => throw new NotSupportedException($"{method.Name} returns {other}"),
        };
    }

    /// <summary>The host waits for calls that are never answered, so it is disposed of aside.</summary>
    public void Dispose() => _ = Task.Run(_host.Dispose);
}
