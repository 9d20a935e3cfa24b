namespace Mnist.Distributed.Hosting.Identity;

/// <summary>What the holder of a certificate may do. Each role may do what the roles before it
/// may.</summary>
public enum ClusterRole
{
    /// <summary>Reads: lists and watches runs, downloads weights and ledgers.</summary>
    Observer,

    /// <summary>Starts, resumes and stops runs.</summary>
    Operator,

    /// <summary>Is a member of the cluster.</summary>
    Silo,
}
