namespace Mnist.Distributed.Silo;

/// <summary>What <c>mnist-silo --help</c> prints.</summary>
internal static class SiloHelp
{
    /// <summary>Options and an example.</summary>
    public const string Text = """
        mnist-silo: a silo that trains, one process of a cluster.

        Options, as arguments, as environment variables (Silo__Name) or in appsettings.json in the working folder:
          --Silo:Database FILE      SQLite file with membership and grain storage, shared by the cluster's silos (required)
          --Silo:Cluster NAME       name of the cluster to join (local)
          --Silo:Name NAME          name of this silo, unique in the cluster (host name and process id)
          --Silo:Address IP         address to listen on and to tell the others (127.0.0.1)
          --Silo:SiloPort N         port for other silos; 0 takes a free one (0)
          --Silo:GatewayPort N      port for clients; 0 takes a free one (0)
          --Silo:ComputeThreads N   threads that compute gradients; 0 takes one per processor (0)
          --Silo:Detached BOOL      leave the terminal it was started from (false)
          --Tracing:FirstSteps N    first steps of a run to trace (5)
          --Tracing:OneIn N         after those, trace one step in N; 0 traces none (500)

        Traces, metrics and logs are sent by OTLP where OTEL_EXPORTER_OTLP_ENDPOINT is set.

        Example:
          mnist-silo --Silo:Cluster demo --Silo:Name a --Silo:Database /tmp/demo.db
        """;
}
