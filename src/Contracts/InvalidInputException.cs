namespace Mnist.Distributed.Contracts;

/// <summary>
/// The input cannot be used. The message is one sentence for the person who gave the input, and
/// says what to do. Programs print the message without a stack trace and end with exit code 2.
/// </summary>
[GenerateSerializer, Alias("mnist.InvalidInputException")]
public sealed class InvalidInputException : Exception
{
    /// <summary>Creates the exception with the sentence to print.</summary>
    public InvalidInputException(string message) : base(message)
    {
    }

    /// <summary>Creates the exception with a sentence that names properties.</summary>
    /// <param name="message">The sentence.</param>
    /// <param name="properties">
    /// The properties or settings that the sentence names. A program replaces them by the names of
    /// its options.
    /// </param>
    public InvalidInputException(string message, string[] properties) : base(message) => Properties = properties;

    /// <summary>
    /// Creates the exception with the sentence to print and the failure behind it.
    /// </summary>
    public InvalidInputException(string message, Exception innerException) : base(message, innerException)
    {
    }

    /// <summary>The properties or settings that the message names.</summary>
    [Id(0)] public string[] Properties { get; init; } = [];

    /// <summary>Refuses input that does not meet a condition.</summary>
    /// <param name="condition">The condition.</param>
    /// <param name="sentence">The sentence to print when the condition is not met.</param>
    /// <param name="properties">The properties or settings that the sentence names.</param>
    /// <exception cref="InvalidInputException">The condition is not met.</exception>
    public static void Require(bool condition, string sentence, params string[] properties)
    {
        if (!condition)
        {
            throw new InvalidInputException(sentence, properties);
        }
    }
}
