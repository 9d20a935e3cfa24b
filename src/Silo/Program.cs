using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Hosting;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Grains.Hosting;
using Mnist.Distributed.Grains.Telemetry;
using Mnist.Distributed.Silo;
using Orleans.Configuration;

try
{
    var builder = Host.CreateApplicationBuilder(args);
    builder.Configuration.Sources.Insert(0, new JsonConfigurationSource
    {
        FileProvider = new PhysicalFileProvider(AppContext.BaseDirectory),
        Path = "mnist-silo.json",
    });
    var options = builder.Configuration.GetSection(SiloProcessOptions.Section).Get<SiloProcessOptions>() ?? new SiloProcessOptions();
    options.Validate();
    if (options.Detached)
    {
        Terminal.Leave();
    }

    SqliteStore.Create(options.Database);

    var ports = FreePorts.Take(2);
    builder.Services.Configure<TracingOptions>(builder.Configuration.GetSection("Tracing"));
    builder.AddOtlpExport("mnist-silo", options.Name);
    builder.UseOrleans(silo => silo
        .Configure<ClusterOptions>(cluster => (cluster.ClusterId, cluster.ServiceId) = (options.Cluster, "mnist"))
        .Configure<SiloOptions>(self => self.SiloName = options.Name)
        .ConfigureEndpoints(
            IPAddress.Parse(options.Address),
            options.SiloPort > 0 ? options.SiloPort : ports[0],
            options.GatewayPort > 0 ? options.GatewayPort : ports[1])
        .UseSqliteStore(options.Database)
        .AddTraining(options.ComputeThreads > 0 ? options.ComputeThreads : Environment.ProcessorCount));

    await builder.Build().RunAsync();
    return 0;
}
catch (Exception failure) when (failure is InvalidInputException or FormatException || failure.InnerException is FormatException)
{
    Console.Error.WriteLine($"mnist-silo: {failure.Message}");
    return 2;
}
