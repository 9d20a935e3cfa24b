namespace Mnist.Distributed.Training.Data;

/// <summary>A file could not be had from a mirror.</summary>
/// <param name="failure">What that says about the mirror.</param>
/// <param name="reason">The reason in a few words.</param>
/// <param name="innerException">The failure behind it.</param>
internal sealed class MirrorException(MirrorFailure failure, string reason, Exception? innerException = null)
    : Exception(reason, innerException)
{
    public MirrorFailure Failure { get; } = failure;
}
