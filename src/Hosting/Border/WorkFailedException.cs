namespace Mnist.Distributed.Hosting.Border;

/// <summary>
/// Work has failed after it had begun. This is not a refusal of the input, so the exit code is 1,
/// not 2.
/// </summary>
[GenerateSerializer, Alias("mnist.WorkFailedException")]
public sealed class WorkFailedException(string sentence, Exception cause) : Exception(sentence, cause)
{
    /// <summary>
    /// Runs work that has begun. Within it, a failure of the input or of the environment counts as
    /// failed work.
    /// </summary>
    /// <exception cref="WorkFailedException">
    /// The input or the environment cannot be used.
    /// </exception>
    public static async Task<T> Begin<T>(Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (Exception failure) when (FailureTable.Of(failure) is { Fault: Fault.Input or Fault.Environment } told)
        {
            throw new WorkFailedException(told.Sentence, failure);
        }
    }
}
