using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Grains.Replicas;
using Mnist.Distributed.Grains.Telemetry;
using Mnist.Distributed.Hosting;
using Mnist.Distributed.Hosting.Identity;
using Mnist.Distributed.Hosting.Links;
using Mnist.Distributed.Hosting.Otlp;
using Mnist.Distributed.Hosting.Processes;
using Mnist.Distributed.Hosting.Stores;
using Mnist.Distributed.Training.Catalogue;
using Mnist.Distributed.Training.Files;
using Mnist.Distributed.Training.Plugins;
using Orleans.Configuration;
using static Mnist.Distributed.Contracts.InvalidInputException;

namespace Mnist.Distributed.Silo;

/// <summary>The silo program: one process of a cluster.</summary>
public static class SiloMain
{
    /// <summary>Runs a silo until it is asked to leave.</summary>
    /// <param name="arguments">The arguments of the program.</param>
    /// <param name="catalogue">
    /// The models, losses and optimizers it knows. Default: those of the project.
    /// </param>
    /// <returns>The exit code.</returns>
    /// <exception cref="InvalidInputException">An option, the configuration or the store cannot be
    /// used, or another user may have written the configuration.</exception>
    public static async Task<int> Run(IReadOnlyList<string> arguments, TrainingCatalogue? catalogue = null)
    {
        if (arguments is ["--help" or "-h" or "-?"])
        {
            Console.WriteLine(SiloHelp.Text);
            return 0;
        }

        if (arguments is ["--version"])
        {
            Console.WriteLine(ProductVersion.Text);
            return 0;
        }

        PrivateFiles.Use();
        OutputFile.Use();
        SiloArguments.Check(arguments);
        var builder = Configured(() => NewBuilder(arguments));
        var options = SiloConfiguration.Read(builder.Configuration);
        var store = StoreName.Parse(options.Store, "Silo:Store");
        var endpoints = SiloEndpoints.Of(options);
        using var identity = options.Identity.Length > 0 ? ClusterLinks.IdentityIn(options.Identity, options.Cluster, ClusterRole.Silo) : null;
        var link = ClusterLinks.ForSilo(store.SocketFolder(options.Cluster), [endpoints.Advertised, endpoints.Listening], options.Transport, identity);
        if (options.Detached)
        {
            TerminalSession.Leave();
        }

        catalogue ??= TrainingCatalogue.Standard;
        var version = OwnVersion.Of(catalogue);
        Note(options, version, null);
        await store.Create(options.Cluster);
        builder.Services.AddSingleton(catalogue);
        builder.Services.AddSingleton(new SiloVersion(version));
        builder.Services.AddSingleton(new ModelFolder(catalogue, options.ModelsFolder.Length > 0 ? Path.GetFullPath(options.ModelsFolder) : null));
        builder.Services.AddSingleton(Options.Create(TracingOptions.Read(builder.Configuration)));
        options.AddTo(builder.Services);
        if (options.HealthFile.Length > 0)
        {
            builder.Services.AddHostedService(services =>
                new HealthFile(Path.GetFullPath(options.HealthFile), services.GetRequiredService<ISiloStatusOracle>(), services.GetRequiredService<TimeProvider>()));
        }

        if (options.PidFile.Length > 0 && !Posix.IsUsed)
        {
            builder.Services.AddHostedService(services => ActivatorUtilities.CreateInstance<LeaveRequestWatch>(services, Path.GetFullPath(options.PidFile)));
        }

        if (options.LogFile.Length > 0)
        {
            var log = new LogFile(Path.GetFullPath(options.LogFile), options.LogMegabytes * 1_000_000L);
            log.PutAsideIfLong();
            builder.Services.AddHostedService(_ => log);
        }

        builder.AddOtlpExport("mnist-silo", options.Cluster, options.Name);
        builder.UseOrleans(silo => silo
            .JoinCluster(options.Cluster, store, link, identity)
            .Configure<SiloOptions>(self => self.SiloName = options.Name)
            .Configure<EndpointOptions>(self => endpoints.Configure(self, link, options.SiloPort, options.GatewayPort))
            .AddTraining(options.ComputeThreads > 0 ? options.ComputeThreads : Environment.ProcessorCount));

        if (identity is not null)
        {
            Tell(identity);
        }

        if (link.Warning is { } warning)
        {
            Console.Error.WriteLine($"mnist-silo: this silo {warning}.");
        }

        using var host = Configured(builder.Build);
        Note(options, version, host.Services.GetRequiredService<ILocalSiloDetails>().SiloAddress);
        if (await HasStarted(host))
        {
            Console.WriteLine($"mnist-silo: silo {options.Name} of cluster {options.Cluster} is active at {endpoints.Advertised}.");
            await host.WaitForShutdownAsync();
        }

        return 0;
    }

    private static void Tell(IdentityWatch identity)
    {
        identity.Changed += () => Console.WriteLine(
            $"mnist-silo: the identity in {identity.Folder} has been read again; its certificate is valid until {identity.Current.Certificate.NotAfter.ToUniversalTime():u}.");
        identity.Unusable += problem => Console.Error.WriteLine($"mnist-silo: the identity has changed and cannot be used, so the one before stays: {problem}");
    }

    private static HostApplicationBuilder NewBuilder(IReadOnlyList<string> arguments)
    {
        var builder = Host.CreateApplicationBuilder([.. arguments]);
        RequireTrusted(builder.Configuration.Sources);
        builder.Configuration.Sources.Insert(0, new JsonStreamConfigurationSource
        {
            Stream = typeof(SiloMain).Assembly.GetManifestResourceStream("mnist-silo.json")!,
        });
        return builder;
    }

    /// <summary>
    /// Refuses files of options that another user may have written, such as appsettings.json in a
    /// working folder that all may write to. What they say has had no effect yet.
    /// </summary>
    private static void RequireTrusted(IEnumerable<IConfigurationSource> sources)
    {
        foreach (var source in sources.OfType<FileConfigurationSource>())
        {
            if (source.FileProvider?.GetFileInfo(source.Path ?? "") is { Exists: true, PhysicalPath: { } file })
            {
                TrustedFile.Require(file);
            }
        }
    }

    /// <summary>
    /// Runs a function that reads the configuration. An exception there means that the user gave a
    /// bad configuration, so it becomes an <see cref="InvalidInputException"/>.
    /// </summary>
    private static T Configured<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception failure) when (failure is InvalidDataException or FormatException or InvalidOperationException or ArgumentException)
        {
            var reason = Printable.Of(failure.GetBaseException().Message.TrimEnd('.'));
            throw new InvalidInputException(
                $"The silo's configuration cannot be used ({Printable.Of(failure.Message.TrimEnd('.'))}{(failure.InnerException is null ? "" : $": {reason}")}): "
                + "correct appsettings.json in the working folder, the environment or the arguments.",
                failure);
        }
    }

    private static void Note(SiloProcessOptions options, string version, SiloAddress? address)
    {
        if (options.PidFile.Length > 0)
        {
            Require(
                SiloNote.MayBeWrittenTo(options.PidFile),
                $"Silo:PidFile {options.PidFile} holds something else than a silo's process: name another file, or remove it.");
            new SiloNote(options.Name, ProcessIdentity.Own, version, address?.ToParsableString()).Write(options.PidFile);
        }
    }

    /// <returns>
    /// Whether the silo is active. It is not if it was asked to leave during the start.
    /// </returns>
    private static async Task<bool> HasStarted(IHost host)
    {
        try
        {
            await host.StartAsync();
            return true;
        }
        catch (Exception ended) when (host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested)
        {
            Console.WriteLine($"mnist-silo: asked to leave while starting ({Printable.Of(ended.Message.TrimEnd('.'))}).");
            return false;
        }
        catch (Exception failure) when (failure.GetBaseException() is SocketException || failure is AddressInUseException)
        {
            throw new InvalidInputException(
                $"This silo cannot listen ({failure.GetBaseException().Message.TrimEnd('.')}): choose another Silo:Listen, Silo:SiloPort or Silo:GatewayPort; port 0 takes a free one.",
                failure);
        }
    }
}
