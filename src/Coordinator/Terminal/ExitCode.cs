namespace Mnist.Distributed.Coordinator.Terminal;

/// <summary>The exit codes of the program.</summary>
internal static class ExitCode
{
    /// <summary>The command has done its work.</summary>
    public const int Done = 0;

    /// <summary>The run failed.</summary>
    public const int Failed = 1;

    /// <summary>The input cannot be used.</summary>
    public const int WrongInput = 2;

    /// <summary>The command was interrupted and has written its results so far.</summary>
    public const int Interrupted = 130;
}
