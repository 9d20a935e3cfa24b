using Mnist.Distributed.Contracts;

namespace Mnist.Distributed.Coordinator.Runs;

/// <summary>The folder of <c>--out</c>, for the results of a run or of a sweep.</summary>
internal static class OutputFolder
{
    /// <summary>Makes a folder, and checks that it can be written.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="id">The id of the run or of the sweep.</param>
    /// <exception cref="InvalidInputException">The folder cannot be written.</exception>
    public static void Make(string path, string id)
    {
        try
        {
            Directory.CreateDirectory(path);
            using var probe = File.Create(Path.Combine(path, $".{id}"), 1, FileOptions.DeleteOnClose);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new InvalidInputException($"--out {path} cannot be written ({failure.Message.TrimEnd('.')}): choose another folder.", failure);
        }
    }
}
