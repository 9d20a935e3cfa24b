namespace Mnist.Distributed.Training.Data;

/// <summary>The kinds of failed requests to a mirror.</summary>
internal enum MirrorFailure
{
    /// <summary>The same request may succeed soon.</summary>
    Transient,

    /// <summary>The mirror does not have the published file.</summary>
    Refused,

    /// <summary>
    /// The mirror cannot be reached, so requests for other files would fail too.
    /// </summary>
    Unreachable,
}
