using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Mnist.Distributed.Coordinator.Terminal;
using Mnist.Distributed.Grains.Data;
using Mnist.Distributed.Grains.Replicas;
using Mnist.Distributed.Grains.Telemetry;
using Mnist.Distributed.Hosting;
using Mnist.Distributed.Hosting.Otlp;
using Mnist.Distributed.Hosting.Stores;
using Mnist.Distributed.Training.Catalogue;
using Mnist.Distributed.Training.Data;
using Orleans.Configuration;

namespace Mnist.Distributed.Coordinator.Clusters;

/// <summary>
/// A cluster of one silo in this process. <c>mnist train</c> uses it if no cluster is named.
/// </summary>
internal static class InProcessCluster
{
    // Numbers that Orleans needs for addresses. Nothing listens there.
    private const int SiloPort = 1;
    private const int GatewayPort = 2;

    /// <summary>Starts the silo.</summary>
    /// <param name="data">The data set that it trains on, already loaded.</param>
    /// <param name="computeThreads">Number of threads that compute gradients.</param>
    /// <param name="catalogue">The models, losses and optimizers that it knows.</param>
    /// <param name="files">The files of the states that survive the process; null for none.</param>
    public static Task<TrainingCluster> Start(DataSet data, int computeThreads, TrainingCatalogue catalogue, StateFiles? files = null) =>
        Start(new DataSetStore((_, _, _) => Task.FromResult(data)), computeThreads, catalogue, files ?? StateFiles.None);

    /// <summary>Starts a silo that reads data sets when a run needs them.</summary>
    /// <inheritdoc cref="Start(DataSet, int, TrainingCatalogue, StateFiles?)" path="/param"/>
    public static Task<TrainingCluster> Start(int computeThreads, TrainingCatalogue catalogue, StateFiles files) =>
        Start(new DataSetStore((name, folder, size) => UserDataSets.Loader().LoadAsync(name, folder, size)), computeThreads, catalogue, files);

    /// <summary>Starts a silo with a store of data sets.</summary>
    /// <inheritdoc cref="Start(DataSet, int, TrainingCatalogue, StateFiles?)" path="/param"/>
    public static async Task<TrainingCluster> Start(DataSetStore data, int computeThreads, TrainingCatalogue catalogue, StateFiles files)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        var orleans = Verbosity.IsVerbose ? LogLevel.Information : LogLevel.Warning;
        builder.Logging.AddFilter("Orleans", orleans).AddFilter("Microsoft.Orleans", orleans);
        if (Verbosity.IsVerbose)
        {
            // Polly logs each attempt of each call, and Orleans each of its hundred options.
            builder.Logging.AddProvider(new RemarkLog()).AddFilter("Polly", LogLevel.Warning).AddFilter("Orleans.Runtime.SiloOptionsLogger", LogLevel.Warning);
        }

        builder.AddOtlpExport("mnist", null, $"{Environment.MachineName}-{Environment.ProcessId}");
        builder.Services.AddSingleton(Options.Create(TracingOptions.Read(new ConfigurationBuilder().AddEnvironmentVariables().Build())));
        builder.UseOrleans(silo =>
        {
            silo.UseLocalhostClustering(SiloPort, GatewayPort, new IPEndPoint(IPAddress.Loopback, SiloPort), serviceId: "mnist", clusterId: "in-process")
                .Configure<SiloOptions>(options => options.SiloName = "in-process")
                .KeepInProcess(files)
                .AddTraining(computeThreads);

            // The command that started the silo looks after its run or its sweep.
            silo.Services.Configure<RunQueueOptions>(options => options.Interval = TimeSpan.Zero);
            silo.Services.AddSingleton(catalogue);
            silo.Services.AddSingleton(new GradientMemory(IsShared: false));
            silo.Services.AddSingleton(_ => data);
        });
        builder.Services.AddSingleton<IHostLifetime, QuietLifetime>();

        var host = builder.Build();
        await host.StartAsync();
        return new TrainingCluster(host, host.Services.GetRequiredService<IGrainFactory>());
    }
}
