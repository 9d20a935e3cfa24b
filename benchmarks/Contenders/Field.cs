using System.Diagnostics;

namespace Mnist.Distributed.Benchmarks.Contenders;

/// <summary>
/// All contenders for one model. Each worker of the project, and each process of other programs,
/// has a batch of 30.
/// </summary>
internal static class Field
{
    public const string Plain = "plain TorchSharp loop, 1 process";
    public const string Arithmetic = "a step's arithmetic alone, 1 thread";
    public const string OneWorker = "in-process, 1 worker";
    public const string TwoWorkers = "in-process, 2 workers";
    public const string TwoSilos = "2 silo processes x 1 worker";
    public const string ThreeSilos = "3 silo processes x 1 worker";
    public const string PyTorch = "PyTorch, 1 process";
    public const string Ddp = "PyTorch DDP, 2 processes";

    private const int Batch = 30;

    /// <summary>The contenders that can run on this machine.</summary>
    /// <param name="model">
    /// <c>mlp</c>, <c>cnn</c>, or one of them as a module: <c>mlp-module</c>, <c>cnn-module</c>. The
    /// other programs train the same network in both cases.
    /// </param>
    /// <param name="data">The folder with MNIST's files, or null.</param>
    /// <param name="skipped">Receives a sentence on each contender that cannot run.</param>
    public static IReadOnlyList<Contender> At(string model, string? data, Action<string> skipped)
    {
        // So many images and epochs that every contender is warm for most of the time.
        var network = model.Replace("-module", "", StringComparison.Ordinal);
        var (images, epochs) = network == "mlp" ? ("60000", "20") : ("12000", "8");
        string[] folder = data is null ? [] : ["--data", data];
        var contenders = new List<Contender>
        {
            new(Plain, Contender.Self, ["plain-loop", network, images, epochs, .. folder]),
            new(Arithmetic, Contender.Self, ["arithmetic", network, images, epochs, .. folder]),
            Mnist(OneWorker, 1, 0),
            Mnist(TwoWorkers, 2, 0),
            Mnist(TwoSilos, 2, 2),
            Mnist(ThreeSilos, 3, 3),
        };
        if (data is null)
        {
            skipped("PyTorch: its script reads MNIST's files, and there is no folder with them; name one with --data.");
        }
        else if (PythonWithTorch() is not { } python)
        {
            skipped("PyTorch: neither python3 nor /usr/bin/python3 can import torch.");
        }
        else
        {
            var script = Path.Combine(AppContext.BaseDirectory, "Contenders", "plain_torch.py");
            contenders.Add(new Contender(PyTorch, python, [script, network, data, images, epochs, "1"]));
            contenders.Add(new Contender(Ddp, python, [script, network, data, images, epochs, "2"]));
        }

        return contenders;

        Contender Mnist(string name, int workers, int silos) => new(
            name,
            Contender.Mnist,
            [
                "train", "--model", model, "--json", "--limit", images, "--epochs", epochs, "--workers", $"{workers}", "--batch-size", $"{workers * Batch}",
                "--out", Path.Combine(Path.GetTempPath(), $"{Contender.ClusterName}-run"), "--force",
                .. folder,
                .. silos > 0 ? ["--cluster", Contender.ClusterName] : Array.Empty<string>(),
            ],
            silos);
    }

    private static string? PythonWithTorch() => new[] { "python3", "/usr/bin/python3" }.FirstOrDefault(python =>
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(python, ["-c", "import torch"]) { RedirectStandardError = true })!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    });
}
