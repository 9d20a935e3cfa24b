namespace Mnist.Distributed.Hosting.Border;

/// <summary>Whose fault it is that a program cannot go on.</summary>
public enum Fault
{
    /// <summary>What the user gave cannot be used.</summary>
    Input,

    /// <summary>
    /// The machine refuses what the program needs: files, memory, network, libraries.
    /// </summary>
    Environment,

    /// <summary>The cluster does not answer.</summary>
    Cluster,

    /// <summary>Work that had begun has failed.</summary>
    Work,

    /// <summary>Somebody asked the program to end.</summary>
    Interrupt,

    /// <summary>The program has a bug.</summary>
    Program,
}

/// <summary>Why a program cannot go on, as the user is told.</summary>
/// <param name="Fault">Whose fault it is.</param>
/// <param name="Sentence">What is wrong and what to do, on one line.</param>
public sealed record Failure(Fault Fault, string Sentence)
{
    /// <summary>
    /// The exit code: 2 for what can be corrected before anything is done, 130 after an interrupt,
    /// else 1.
    /// </summary>
    public int ExitCode => Fault switch
    {
        Fault.Input or Fault.Environment => 2,
        Fault.Interrupt => 130,
        _ => 1,
    };
}
