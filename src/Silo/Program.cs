using System.Net.Sockets;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Hosting;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Memory;
using Mnist.Distributed.Grains.Hosting;
using Mnist.Distributed.Grains.Hosting.Stores;
using Mnist.Distributed.Grains.Telemetry;
using Mnist.Distributed.Silo;
using Orleans.Configuration;

if (args is ["--help" or "-h" or "-?"])
{
    Console.WriteLine(SiloHelp.Text);
    return 0;
}

try
{
    InvalidInputException.Require(ProcessLimits.Refusal is null, $"{ProcessLimits.Refusal}");
    var builder = Host.CreateApplicationBuilder(args);
    builder.Configuration.Sources.Insert(0, new JsonConfigurationSource
    {
        FileProvider = new PhysicalFileProvider(AppContext.BaseDirectory),
        Path = "mnist-silo.json",
    });
    var options = builder.Configuration.GetSection(SiloProcessOptions.Section).Get<SiloProcessOptions>(binder => binder.ErrorOnUnknownConfiguration = true) ?? new SiloProcessOptions();
    options.Validate();
    var store = StoreName.Parse(options.Store, "Silo:Store");
    var endpoints = SiloEndpoints.Of(options);
    if (options.Detached)
    {
        Terminal.Leave();
    }

    await store.Create(options.Cluster);

    builder.Services.Configure<TracingOptions>(builder.Configuration.GetSection("Tracing"));
    builder.AddOtlpExport("mnist-silo", options.Name);
    builder.UseOrleans(silo => silo
        .JoinCluster(options.Cluster, store)
        .Configure<SiloOptions>(self => self.SiloName = options.Name)
        .Configure<EndpointOptions>(self => endpoints.Configure(self, options.SiloPort, options.GatewayPort))
        .AddTraining(options.ComputeThreads > 0 ? options.ComputeThreads : Environment.ProcessorCount));

    using var host = builder.Build();
    await host.StartAsync();
    Console.WriteLine($"mnist-silo: silo {options.Name} of cluster {options.Cluster} is active at {endpoints.Advertised}.");
    await host.WaitForShutdownAsync();
    return 0;
}
catch (Exception failure) when (failure is InvalidInputException or InvalidOperationException { Source: "Microsoft.Extensions.Configuration.Binder" })
{
    Console.Error.WriteLine($"mnist-silo: {failure.Message}");
    return 2;
}
catch (Exception failure) when (failure.GetBaseException() is SocketException taken)
{
    Console.Error.WriteLine($"mnist-silo: cannot listen ({taken.Message}): choose another Silo:Listen, Silo:SiloPort or Silo:GatewayPort; port 0 takes a free one.");
    return 2;
}
