namespace Mnist.Distributed.Contracts;

/// <summary>
/// The input cannot be used. The message is one sentence for the person who gave it and says what to do;
/// programs print it without a stack trace and end with exit code 2.
/// </summary>
[GenerateSerializer, Alias("mnist.InvalidInputException")]
public sealed class InvalidInputException : Exception
{
    /// <summary>Creates the exception with the sentence to print.</summary>
    public InvalidInputException(string message) : base(message)
    {
    }

    /// <summary>Refuses input that does not meet a condition.</summary>
    /// <param name="condition">What must be so.</param>
    /// <param name="sentence">What to say if it is not.</param>
    /// <exception cref="InvalidInputException">It is not.</exception>
    public static void Require(bool condition, string sentence)
    {
        if (!condition)
        {
            throw new InvalidInputException(sentence);
        }
    }

    /// <summary>Creates the exception with the sentence to print and the failure behind it.</summary>
    public InvalidInputException(string message, Exception innerException) : base(message, innerException)
    {
    }
}
