namespace Mnist.Distributed.Hosting.Border;

/// <summary>
/// Something went wrong after the work had begun: not a refusal of what was given, so the exit code
/// is 1.
/// </summary>
[GenerateSerializer, Alias("mnist.WorkFailedException")]
public sealed class WorkFailedException(string sentence, Exception cause) : Exception(sentence, cause)
{
    /// <summary>Does work that has begun: what is refused in it has failed.</summary>
    /// <exception cref="WorkFailedException">Input or environment have turned out to be
    /// unusable.</exception>
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
