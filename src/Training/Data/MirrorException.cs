namespace Mnist.Distributed.Training.Data;

/// <summary>A mirror did not deliver a file.</summary>
/// <param name="failure">Whether another try makes sense.</param>
/// <param name="reason">The reason in a few words.</param>
/// <param name="innerException">The failure that caused this one.</param>
internal sealed class MirrorException(MirrorFailure failure, string reason, Exception? innerException = null)
    : Exception(reason, innerException)
{
    /// <summary>Whether another try makes sense.</summary>
    public MirrorFailure Failure { get; } = failure;
}
