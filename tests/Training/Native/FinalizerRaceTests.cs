using System.Diagnostics;
using System.Runtime.InteropServices;
using Mnist.Distributed.Tests.Training.Files;
using Mnist.Distributed.Tests.Training.Gradients;
using Mnist.Distributed.Training.Native;
using Mnist.Distributed.Training.Vectors;
using Xunit;
using static TorchSharp.torch;

namespace Mnist.Distributed.Tests.Training.Native;

/// <summary>
/// The build gives programs a TorchSharp.dll that differs from the published one in two bytes (see
/// Mnist.Distributed.Training.targets). With it, additions and multiplications survive constant
/// garbage collection. With the published one they do not.
/// </summary>
[Collection(nameof(AloneInTheProcess))]
public sealed class FinalizerRaceTests(ITestOutputHelper output)
{
    private const string CallsVariable = "MNIST_FINALIZER_RACE_CALLS";
    private const string TorchSharp = "TorchSharp.dll";

    /// <summary>
    /// The published assembly fails about once in 30,000 calls, so this many calls would fail with
    /// a probability of nearly 1.
    /// </summary>
    private const int Calls = 600_000;

    /// <summary>The published assembly may take this many calls to fail.</summary>
    private const int MostCalls = 30_000_000;

    private static readonly byte[] Optimised = [8, 1, 0, 2, 0, 0, 0, 0, 0];
    private static readonly byte[] NotOptimised = [8, 1, 0, 3, 1, 0, 0, 0, 0];

    /// <summary>
    /// Runs in a process of its own: a failure may end the process.
    /// </summary>
    [Fact(Explicit = true)]
    public async Task Sums_and_products_are_the_same_bytes_under_constant_collection()
    {
        var calls = int.Parse(Environment.GetEnvironmentVariable(CallsVariable)!);
        LibTorch.EnsureLoaded();
        using var one = new Collector();
        using var other = new Collector();
        var stop = TestContext.Current.CancellationToken;
        await Task.WhenAll(Task.Run(() => Compute(calls / 2), stop), Task.Run(() => Compute(calls / 2), stop));
    }

    [Fact]
    public async Task Programs_of_this_build_are_safe()
    {
        LibTorch.RequireSafeTorchSharp();
        using var program = new TemporaryFolder();
        Copy(program, File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, TorchSharp)));

        Assert.Equal(0, await Run(program, Calls));
    }

    [Fact]
    public async Task Published_TorchSharp_fails()
    {
        var assembly = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, TorchSharp));
        var at = assembly.AsSpan().IndexOf(NotOptimised);
        Assert.InRange(at, 0, assembly.Length);
        Optimised.CopyTo(assembly, at);
        using var program = new TemporaryFolder();
        Copy(program, assembly);

        Assert.NotEqual(0, await Run(program, MostCalls));
    }

    private static void Compute(int calls)
    {
        LibTorch.UseOneThread();
        using var inputs = linspace(-1, 1, 64);
        byte[]? expected = null;
        for (var call = 0; call < calls; call += 3)
        {
            using var scope = NewDisposeScope();
            var result = ((inputs * 0.5f) + 0.25f).pow(2);
            var bytes = MemoryMarshal.AsBytes(FlatVector.Floats(result));
            expected ??= bytes.ToArray();
            Assert.True(bytes.SequenceEqual(expected), $"Call {call} gave other bytes.");
        }
    }

    /// <summary>
    /// Makes a program of links to this one, with another TorchSharp. The runtime resolves the link
    /// to the program itself, so that one is a copy.
    /// </summary>
    private static void Copy(TemporaryFolder program, byte[] torchSharp)
    {
        var self = Path.GetFileNameWithoutExtension(typeof(FinalizerRaceTests).Assembly.Location);
        foreach (var path in Directory.GetFileSystemEntries(AppContext.BaseDirectory))
        {
            var name = Path.GetFileName(path);
            if (name.StartsWith(self, StringComparison.Ordinal))
            {
                File.Copy(path, program[name]);
            }
            else if (Directory.Exists(path))
            {
                Directory.CreateSymbolicLink(program[name], path);
            }
            else if (name != TorchSharp)
            {
                File.CreateSymbolicLink(program[name], path);
            }
        }

        File.WriteAllBytes(program[TorchSharp], torchSharp);
    }

    private async Task<int> Run(TemporaryFolder program, int calls)
    {
        var self = Path.GetFileName(typeof(FinalizerRaceTests).Assembly.Location);
        using var process = Process.Start(new ProcessStartInfo("dotnet")
        {
            ArgumentList = { program[self], "-explicit", "only", "-class", typeof(FinalizerRaceTests).FullName!, "-noColor" },
            Environment = { [CallsVariable] = calls.ToString() },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        try
        {
            var errors = process.StandardError.ReadToEndAsync();
            var text = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            output.WriteLine($"exit code {process.ExitCode}\n{text}\n{await errors}");

            // The test has run, so a failure is a failure of the computation.
            Assert.Contains("Starting:", text);
            Assert.Contains(process.ExitCode == 0 ? "Failed: 0, Skipped: 0, Not Run: 2" : "", text);
            return process.ExitCode;
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }
    }
}
