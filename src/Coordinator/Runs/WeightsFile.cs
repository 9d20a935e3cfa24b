using Mnist.Distributed.Contracts;

namespace Mnist.Distributed.Coordinator.Runs;

/// <summary>
/// Finds the weights that a user means: a file, the folder of a run, or a run in the folder
/// <c>runs</c> by its id, the beginning of it, its name, or as the newest one.
/// </summary>
internal static class WeightsFile
{
    /// <summary>What help says about a value.</summary>
    public const string Rule = "a file, or a run in 'runs' by its folder, id or name, or as 'latest'";

    /// <summary>The path of the file. It need not exist.</summary>
    /// <param name="text">What the user has written.</param>
    /// <exception cref="InvalidInputException">
    /// Several runs may be meant, or the folder cannot be read.
    /// </exception>
    public static string Find(string text) =>
        File.Exists(text) ? text
        : Directory.Exists(text) ? Path.Combine(text, RunFileNames.ModelName)
        : RunId.IsValid(text) && RunFinder.Pick(text, [.. LocalRuns.In(LocalRuns.Usual).Where(run => !run.Stored.IsQueued)]) is { } run ? Path.Combine(run.Folder, RunFileNames.ModelName)
        : text;
}
