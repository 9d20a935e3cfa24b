namespace Mnist.Distributed.Coordinator.Terminal;

/// <summary>What the program's exit codes mean.</summary>
internal static class ExitCode
{
    /// <summary>Done.</summary>
    public const int Done = 0;

    /// <summary>The run failed.</summary>
    public const int Failed = 1;

    /// <summary>The input cannot be used.</summary>
    public const int WrongInput = 2;

    /// <summary>Interrupted, after writing what there is.</summary>
    public const int Interrupted = 130;
}
