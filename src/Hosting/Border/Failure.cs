namespace Mnist.Distributed.Hosting.Border;

/// <summary>The cause of a failure of a program.</summary>
public enum Fault
{
    /// <summary>The input of the user cannot be used.</summary>
    Input,

    /// <summary>
    /// The machine refuses something that the program needs: files, memory, network, libraries.
    /// </summary>
    Environment,

    /// <summary>The cluster does not answer.</summary>
    Cluster,

    /// <summary>Work has failed after it had begun.</summary>
    Work,

    /// <summary>Somebody asked the program to end.</summary>
    Interrupt,

    /// <summary>The program has a bug.</summary>
    Program,
}

/// <summary>A failure of a program, in the form for the user.</summary>
/// <param name="Fault">The cause.</param>
/// <param name="Sentence">One sentence on one line that says what is wrong and what to do.</param>
public sealed record Failure(Fault Fault, string Sentence)
{
    /// <summary>
    /// The exit code: 2 for a failure that the user can correct before any work is done, 130 after
    /// an interrupt, otherwise 1.
    /// </summary>
    public int ExitCode => Fault switch
    {
        Fault.Input or Fault.Environment => 2,
        Fault.Interrupt => 130,
        _ => 1,
    };
}
