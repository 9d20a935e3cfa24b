using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Grains.Cluster;
using Mnist.Distributed.Grains.Compute;
using Mnist.Distributed.Grains.Data;
using Mnist.Distributed.Grains.Placement;
using Mnist.Distributed.Grains.Replicas;
using Mnist.Distributed.Grains.Runs;
using Mnist.Distributed.Grains.Telemetry;
using Mnist.Distributed.Hosting.Transport;
using Mnist.Distributed.Training.Catalogue;
using Mnist.Distributed.Training.Data;
using Mnist.Distributed.Training.Plugins;
using Orleans.Configuration;
using Orleans.Runtime.Hosting;

namespace Mnist.Distributed.Hosting;

/// <summary>Turns an Orleans silo into a silo that trains.</summary>
public static class TrainingSilo
{
    /// <summary>
    /// Adds the replicas, the compute threads, the telemetry, the graceful shutdown and the
    /// settings of the membership.
    /// </summary>
    /// <param name="silo">The silo.</param>
    /// <param name="computeThreads">Number of threads that compute gradients.</param>
    public static ISiloBuilder AddTraining(this ISiloBuilder silo, int computeThreads)
    {
        ForeignExceptions.Carry(silo.Services);
        silo.Services.TryAddSingleton(TimeProvider.System);
        silo.Services.AddMetrics();
        silo.Services.AddSingleton<TrainingTelemetry>();
        silo.Services.AddHostedService<SiloMetrics>();
        silo.Services.AddSingleton(_ => new ComputePool(computeThreads));
        silo.Services.AddSingleton(_ => new DataSetStore((name, folder, size) => UserDataSets.Loader().LoadAsync(name, folder, size)));
        silo.Services.TryAddSingleton(TrainingCatalogue.Standard);
        silo.Services.TryAddSingleton(services => new ModelFolder(services.GetRequiredService<TrainingCatalogue>(), folder: null));
        silo.Services.TryAddSingleton(new GradientMemory(IsShared: true));
        silo.Services.AddSingleton<PlanData>();
        silo.Services.AddSingleton<MachineMemory>();
        silo.Services.AddSingleton<ReplicaFactory>();
        silo.Services.AddSingleton<ReplicaRegistry>();
        silo.Services.TryAddSingleton(new SiloVersion(ProductVersion.Text));
        silo.Services.AddSingleton<SiloLoads>();
        silo.Services.AddSingleton<RunUpkeep>();
        silo.Services.AddSingleton<IDrainingReplicas>(services => services.GetRequiredService<ReplicaRegistry>());
        silo.Services.AddSingleton<LocalReplicas>();
        silo.Services.AddSingleton<IReplicaClient, ReplicaClient>();
        silo.Services.AddSingleton<IRoster, ClusterRoster>();
        silo.Services.AddSingleton(services => ViewOf(services.GetRequiredService<ILocalSiloDetails>(), services));
        silo.Services.AddSingleton<HostSilo>();
        silo.Services.AddSingleton<IRunStorage, RunStorage>();

        // Hosted services stop in the reverse order of their registration, so this service stops
        // before the silo itself.
        silo.Services.AddSingleton<GracefulShutdown>();
        silo.Services.AddHostedService(services => services.GetRequiredService<GracefulShutdown>());
        silo.Services.Configure<SiloMessagingOptions>(options =>
        {
            options.MaxMessageBodySize = StateLimits.MostMessageBytes;

            // A silo keeps answers to a client whose connection it has lost, in case the client
            // comes back. The client may be connected to another silo and wait for them there.
            options.ClientDropTimeout = TimeSpan.FromSeconds(2);
        });
        silo.Services.Configure<ClusterMembershipOptions>(options =>
        {
            options.ProbeTimeout = TimeSpan.FromSeconds(1);
            options.NumMissedProbesLimit = 3;
            options.NumVotesForDeathDeclaration = 1;

            // If two silos are lost at once, each of them would be probed through the other one.
            // Such a probe proves nothing, so neither of them would ever be declared dead.
            options.EnableIndirectProbes = false;

            // If all silos are lost, nobody is left to declare them dead. A silo that joins later
            // sees it from the age of this timestamp.
            options.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(5);
        });
        return silo
            .AddPlacementDirector<SiloOfKeyPlacement, SiloOfKeyDirector>()
            .AddGrainDirectory(SiloOfKeyDirectory.Name, (_, _) => new SiloOfKeyDirectory())
            .AddGrainService<ReplicaService>();
    }

    private static SiloView ViewOf(ILocalSiloDetails self, IServiceProvider services) =>
        new(self.Name, self.SiloAddress, services.GetRequiredService<IRoster>(), services.GetRequiredService<TimeProvider>());
}
