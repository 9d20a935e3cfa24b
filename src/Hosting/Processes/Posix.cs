namespace Mnist.Distributed.Hosting.Processes;

/// <summary>
/// Whether the programs use what only POSIX systems have: signals, the shell and <c>/proc</c>.
/// Windows has none of them. Each has a type that works without it.
/// </summary>
public static class Posix
{
    /// <summary>
    /// The environment variable that makes a POSIX system behave as one without, with the value
    /// <c>off</c>.
    /// </summary>
    public const string Switch = "MNIST_POSIX";

    /// <summary>Whether signals and a shell are used.</summary>
    public static bool IsUsed { get; } = !OperatingSystem.IsWindows() && Environment.GetEnvironmentVariable(Switch) != "off";

    /// <summary>Whether <c>/proc</c> is used, which of these systems Linux has.</summary>
    public static bool HasProcessFiles => IsUsed && OperatingSystem.IsLinux();
}
