namespace Mnist.Distributed.Training.Data;

/// <summary>What a failed request says about the mirror.</summary>
internal enum MirrorFailure
{
    /// <summary>The same request may succeed in a moment.</summary>
    Transient,

    /// <summary>The mirror does not have the file as published.</summary>
    Refused,

    /// <summary>The mirror cannot be reached; asking it for other files is of no use.</summary>
    Unreachable,
}
