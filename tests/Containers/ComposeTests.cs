using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Mnist.Distributed.Tests.Processes;
using Mnist.Distributed.Tests.Servers;
using Mnist.Distributed.Tests.Training.Files;
using Xunit;

namespace Mnist.Distributed.Tests.Containers;

/// <summary><c>deploy/compose.cluster.yaml</c> as it stands, without the backend for traces.</summary>
public sealed class ComposeTests(Images images) : IAsyncDisposable
{
    private const string ComposeFile = "compose.cluster.yaml";

    /// <summary>Small runs of the same plan in the containers and here.</summary>
    private static readonly string[] Train =
        ["train", "--dataset", "synthetic", "--limit", "3000", "--epochs", "2", "--workers", "6", "--no-report", "--json"];

    private readonly TemporaryFolder _folder = new();
    private readonly UserHome _home = new();
    private string[]? _compose;

    private readonly Dictionary<string, string> _variables = new()
    {
        ["COMPOSE_PROJECT_NAME"] = $"mnist-{Guid.NewGuid():N}",

        // A run that was aborted may have left its network, and two with the same addresses are
        // refused.
        ["SILO_SUBNET"] = string.Create(CultureInfo.InvariantCulture, $"10.213.{Random.Shared.Next(256)}"),
    };

    [Fact]
    public async Task Cluster_of_the_compose_file_trains_the_bytes_of_this_machine()
    {
        _compose = await Installed();
        Assert.SkipWhen(_compose is null, "Neither 'docker compose' nor docker-compose is installed.");
        using (await DockerEngine.Connect(_home.Guard))
        {
            (_variables["SILO_IMAGE"], _variables["REDIS_IMAGE"]) = (await images.Silo(), Images.Redis);
        }

        // The file names the folder of the programs for its build.
        Directory.CreateDirectory(_folder["artifacts/mnist"]);
        Directory.CreateDirectory(_folder["deploy"]);
        File.Copy(Path.Combine(AppContext.BaseDirectory, ComposeFile), _folder[$"deploy/{ComposeFile}"]);

        await Compose("up", "-d", "silo-1", "silo-2", "silo-3");
        await Poll.Until(() => Compose("ps"), processes => processes.Split("(healthy)").Length - 1 >= 3, _home.Guard);

        // The container can be made again, and the store keeps its password and its runs.
        Assert.Contains("identity of operator operator", await Compose("run", "--rm", "-T", "identities"), StringComparison.Ordinal);
        Assert.Contains("NOAUTH", await Compose("exec", "-T", "store", "redis-cli", "ping"), StringComparison.Ordinal);
        var there = await Compose(["run", "--rm", "-T", "--no-deps", "mnist", .. Train, "--cluster", "demo"]);
        var here = (await _home.Mnist(Train)).Succeeds().Json.Last();
        Assert.Equal(WeightsOf(here), WeightsOf(JsonSerializer.Deserialize<JsonElement>(there.TrimEnd().Split('\n')[^1])));
    }

    public async ValueTask DisposeAsync()
    {
        if (Directory.Exists(_folder["deploy"]))
        {
            await Compose("down", "--volumes");
        }

        await _home.DisposeAsync();
        _folder.Dispose();
    }

    private static string? WeightsOf(JsonElement done) => done.GetProperty("weights_sha256").GetString();

    /// <summary>The program and its first arguments; null if there is none.</summary>
    private async Task<string[]?> Installed()
    {
        if (ServerProcess.Find("docker-compose") is { } program)
        {
            return [program];
        }

        string[] plugin = ["docker", "compose"];
        return ServerProcess.Find("docker") is not null && (await Run([.. plugin, "version"])).ExitCode == 0 ? plugin : null;
    }

    /// <returns>What it has printed to its standard output.</returns>
    private async Task<string> Compose(params string[] arguments)
    {
        var (exitCode, output, error) = await Run([.. _compose!, "-f", _folder[$"deploy/{ComposeFile}"], .. arguments]);
        Assert.True(exitCode == 0, $"compose {string.Join(' ', arguments)}: exit code {exitCode}\n{output}\n{error}");
        return output;
    }

    private async Task<(int ExitCode, string Output, string Error)> Run(string[] command)
    {
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (variable, value) in _variables)
        {
            start.Environment[variable] = value;
        }

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync(_home.Guard);
        return (process.ExitCode, await output, await error);
    }
}
