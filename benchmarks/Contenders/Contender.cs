using System.Diagnostics;
using System.Text.Json;

namespace Mnist.Distributed.Benchmarks.Contenders;

/// <summary>
/// A program whose speed is measured. It trains and prints one JSON line for each epoch.
/// </summary>
/// <param name="Name">Name for people.</param>
/// <param name="Program">Path of the program.</param>
/// <param name="Arguments">Arguments of the program.</param>
/// <param name="Silos">Number of silo processes of the cluster that it trains on; 0: no
/// cluster.</param>
internal sealed record Contender(string Name, string Program, IReadOnlyList<string> Arguments, int Silos = 0)
{
    /// <summary>
    /// Variables that limit every contender to one thread per operator. Without them OpenBLAS and
    /// OpenMP would start as many threads as there are processors.
    /// </summary>
    private static readonly string[] ThreadVariables = ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"];

    /// <summary>Runs the contender once.</summary>
    /// <returns>
    /// The lines of its epochs without the first one, in which every contender still compiles and
    /// allocates.
    /// </returns>
    /// <exception cref="InvalidOperationException">The contender has failed.</exception>
    public async Task<IReadOnlyList<Epoch>> Run(CancellationToken cancellation)
    {
        if (Silos > 0)
        {
            await Execute(Mnist, ["cluster", "up", "--silos", $"{Silos}", "--name", ClusterName], cancellation);
        }

        try
        {
            var lines = await Execute(Program, Arguments, cancellation);
            return [.. lines
                .Where(line => line.StartsWith('{'))
                .Select(line => JsonSerializer.Deserialize<Epoch>(line)!)
                .Where(epoch => epoch.Event == "epoch")
                .Skip(1)];
        }
        finally
        {
            if (Silos > 0)
            {
                await Execute(Mnist, ["cluster", "down", "--name", ClusterName], CancellationToken.None);
            }
        }
    }

    /// <summary>Path of the coordinator's program, which lies beside this program.</summary>
    public static string Mnist { get; } = Beside("mnist");

    /// <summary>Path of this program.</summary>
    public static string Self { get; } = Beside("Mnist.Distributed.Benchmarks");

    /// <summary>Name of the clusters that this program starts.</summary>
    public static string ClusterName { get; } = $"benchmark-{Environment.ProcessId}";

    private static string Beside(string program) => Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? $"{program}.exe" : program);

    private static async Task<string[]> Execute(string program, IReadOnlyList<string> arguments, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var variable in ThreadVariables)
        {
            start.Environment[variable] = "1";
        }

        using var process = Process.Start(start)!;
        try
        {
            var error = process.StandardError.ReadToEndAsync(cancellation);
            var output = await process.StandardOutput.ReadToEndAsync(cancellation);
            await process.WaitForExitAsync(cancellation);
            return process.ExitCode == 0
                ? output.Split('\n')
                : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} has failed: {await error}");
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }
}
