namespace Mnist.Distributed.Silo;

/// <summary>What <c>mnist-silo --help</c> prints.</summary>
internal static class SiloHelp
{
    /// <summary>Options and examples.</summary>
    public const string Text = """
        mnist-silo: a silo that trains, one process of a cluster.

        Options, as arguments, as environment variables (Silo__Name) or in appsettings.json in the working folder:
          --Silo:Store STORE        where the cluster's silos keep membership and grain storage, one of (required)
                                      sqlite:FILE                a file, for silos on one machine
                                      postgresql:CONNECTION      a database, as Npgsql's connection string
                                      redis:CONFIGURATION        a server, as StackExchange.Redis' configuration
          --Silo:Cluster NAME       name of the cluster to join (local)
          --Silo:Name NAME          name of this silo, unique in the cluster (host name and process id)
          --Silo:Address IP         address by which others reach this silo; auto takes this machine's only one (127.0.0.1)
          --Silo:Listen IP          address to listen on; any takes all of this machine (what Silo:Address is)
          --Silo:SiloPort N         port for other silos; 0 takes a free one (0)
          --Silo:GatewayPort N      port for clients; 0 takes a free one (0)
          --Silo:ComputeThreads N   threads that compute gradients; 0 takes one per processor (0)
          --Silo:StragglerTimeout N milliseconds that a step waits for a silo at the least; then others do its work too (400)
          --Silo:Detached BOOL      leave the terminal it was started from (false)
          --Silo:PidFile FILE       file in which the silo notes its process and address (none)
          --Tracing:FirstSteps N    first steps of a run to trace (5)
          --Tracing:OneIn N         after those, trace one step in N; 0 traces none (500)

        --version prints the version.

        Traces, metrics and logs are sent by OTLP where OTEL_EXPORTER_OTLP_ENDPOINT is set.

        Examples:
          mnist-silo --Silo:Cluster demo --Silo:Name a --Silo:Store sqlite:/tmp/demo.db
          mnist-silo --Silo:Cluster demo --Silo:Store redis:db:6379 --Silo:Address 10.0.0.7 --Silo:Listen any
          Silo__Store='postgresql:Host=db;Username=mnist;Password=...;Database=mnist' mnist-silo --Silo:Cluster demo
        """;
}
