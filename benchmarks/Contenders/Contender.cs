using System.Diagnostics;
using System.Text.Json;

namespace Mnist.Distributed.Benchmarks.Contenders;

/// <summary>Something whose speed is measured: a program that trains and prints a JSON line an epoch.</summary>
/// <param name="Name">What a reader knows it by.</param>
/// <param name="Program">The program.</param>
/// <param name="Arguments">Its arguments.</param>
/// <param name="Silos">Silo processes of the cluster it trains on; 0 for none.</param>
internal sealed record Contender(string Name, string Program, IReadOnlyList<string> Arguments, int Silos = 0)
{
    /// <summary>One thread an operator, for everybody: OpenBLAS and OpenMP would otherwise start as many as there are processors.</summary>
    private static readonly string[] ThreadVariables = ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"];

    /// <summary>Runs it once.</summary>
    /// <returns>The epochs it has printed, without the first one, in which everybody compiles and allocates.</returns>
    /// <exception cref="InvalidOperationException">It has failed.</exception>
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

    /// <summary>The coordinator's program, beside this one.</summary>
    public static string Mnist { get; } = Beside("mnist");

    /// <summary>This program.</summary>
    public static string Self { get; } = Beside("Mnist.Distributed.Benchmarks");

    /// <summary>Name of the clusters that are started here.</summary>
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
