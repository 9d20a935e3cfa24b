using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Mnist.Distributed.Tests.Training.Files;
using Xunit;

namespace Mnist.Distributed.Tests.Processes;

/// <summary>
/// A user for one test: state, cache and working folder of their own, and the programs as this user
/// runs them.
/// </summary>
public sealed class UserHome : IAsyncDisposable
{
    /// <summary>
    /// The time limit for a program. Even on a busy machine a program that takes longer hangs; it
    /// is ended, so that the test fails.
    /// </summary>
    private static readonly TimeSpan Hang = TimeSpan.FromMinutes(20);

    /// <summary>What the address of every page of the programs has.</summary>
    private const string PageToken = "?t=";

    private readonly TemporaryFolder _folder = new();
    private readonly CancellationTokenSource _guard = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly Dictionary<string, string?> _environment = [];
    private readonly List<string> _clusters = [];

    public UserHome()
    {
        _guard.CancelAfter(Hang);
        _environment["HOME"] = _folder.Path;
        _environment["XDG_STATE_HOME"] = _folder["state"];
        _environment["XDG_CACHE_HOME"] = _folder["cache"];
        _environment["XDG_CONFIG_HOME"] = _folder["config"];
        _environment["MNIST_DATA"] = null;
        _environment["OTEL_EXPORTER_OTLP_ENDPOINT"] = null;
    }

    public string this[string name] => _folder[name];

    /// <summary>The folder with the programs.</summary>
    public string Programs { get; set; } = AppContext.BaseDirectory;

    /// <summary>
    /// How many files, sockets and other descriptors a program may have open; null for the limit of
    /// the tests.
    /// </summary>
    public int? OpenFiles { get; set; }

    /// <summary>Cancelled when a program hangs.</summary>
    public CancellationToken Guard => _guard.Token;

    /// <summary>Sets or removes a variable for the programs started from now on.</summary>
    public void Set(string variable, string? value) => _environment[variable] = value;

    /// <summary>
    /// The value that was set for a variable; null if it has the value that the tests have.
    /// </summary>
    public string? Get(string variable) => _environment.GetValueOrDefault(variable);

    /// <summary>
    /// Whether runs write a report. It takes a second, and few tests look at it. Default: no.
    /// </summary>
    public bool Reports { get; set; }

    /// <summary>Runs <c>mnist</c> to its end.</summary>
    public Task<Finished> Mnist(params string[] arguments) => Run("mnist", arguments);

    /// <summary>Runs a program of the project to its end.</summary>
    public async Task<Finished> Run(string program, params string[] arguments)
    {
        using var process = Launch("dotnet", [AssemblyOf(program), .. arguments]);
        return await Finish(process);
    }

    /// <summary>
    /// Runs a program to its end. A program that serves a page until it is interrupted is
    /// interrupted as soon as it has printed the page's address.
    /// </summary>
    public async Task<Finished> RunBriefly(string program, params string[] arguments)
    {
        using var process = Launch("dotnet", [AssemblyOf(program), .. arguments]);
        var output = Read(process.StandardOutput);
        var error = Read(process.StandardError);
        await process.WaitForExitAsync(Guard);
        return new Finished(process.ExitCode, await output, await error);

        async Task<string> Read(StreamReader reader)
        {
            var text = new StringBuilder();
            while (await reader.ReadLineAsync(Guard) is { } line)
            {
                text.Append(line).Append('\n');
                if (line.Contains(PageToken, StringComparison.Ordinal))
                {
                    Signals.InterruptIfRunning(process.Id);
                }
            }

            return $"{text}";
        }
    }

    private async Task<Finished> Finish(Process process)
    {
        var output = process.StandardOutput.ReadToEndAsync(Guard);
        var error = process.StandardError.ReadToEndAsync(Guard);
        await process.WaitForExitAsync(Guard);
        return new Finished(process.ExitCode, await output, await error);
    }

    /// <summary>
    /// Runs <c>mnist</c> to its end as a shell starts it, with redirections such as
    /// <c>&gt;/dev/full</c>.
    /// </summary>
    public async Task<Finished> RunInShell(string redirections, params string[] arguments)
    {
        using var process = Launch("/bin/sh", ["-c", $"exec dotnet \"$@\" {redirections}", "sh", AssemblyOf("mnist"), .. arguments]);
        return await Finish(process);
    }

    /// <summary>Starts <c>mnist</c> with its output to be read.</summary>
    public Process Start(params string[] arguments) => StartProgram("mnist", arguments);

    /// <summary>Starts a program of the project with its output to be read.</summary>
    public Process StartProgram(string program, params string[] arguments) => Launch("dotnet", [AssemblyOf(program), .. arguments]);

    /// <summary>Starts a program that is an assembly, with its output to be read.</summary>
    public Process StartAssembly(string path, params string[] arguments) => Launch("dotnet", [path, .. arguments]);

    /// <summary>Runs a program of the machine to its end.</summary>
    public async Task<Finished> RunTool(string program, params string[] arguments)
    {
        using var process = Launch(program, arguments);
        return await Finish(process);
    }

    /// <summary>Starts <c>mnist-silo</c> with its output to be read.</summary>
    public Process StartSilo(params string[] arguments) => Launch("dotnet", [AssemblyOf("mnist-silo"), .. arguments]);

    /// <summary>Starts a cluster that is taken down with the home.</summary>
    public async Task Up(string cluster, int silos, params string[] options)
    {
        _clusters.Add(cluster);
        (await Mnist(["cluster", "up", "--silos", $"{silos}", "--name", cluster, .. options])).Succeeds();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var cluster in _clusters)
        {
            await Mnist("cluster", "down", "--name", cluster);
        }

        _guard.Dispose();
        _folder.Dispose();
    }

    private static void EndHanging(int pid)
    {
        if (Signals.IsRunning(pid))
        {
            Process.GetProcessById(pid).Kill();
        }
    }

    private string AssemblyOf(string program) => Path.Combine(Programs, $"{program}.dll");

    private Process Launch(string program, string[] arguments)
    {
        if (!Reports && arguments is [_, "train", ..] && !arguments.Contains("--help"))
        {
            arguments = [.. arguments, "--no-report"];
        }

        // The shell becomes the program.
        var start = new ProcessStartInfo(
            OpenFiles is null ? program : "/bin/bash",
            OpenFiles is null ? arguments : ["-c", $"ulimit -n {OpenFiles}; exec \"$0\" \"$@\"", program, .. arguments])
        {
            WorkingDirectory = _folder.Path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (var (variable, value) in _environment)
        {
            start.Environment[variable] = value;
        }

        // Tests that share a home take long together, so each program gets the whole time limit.
        _guard.CancelAfter(Hang);
        var process = Process.Start(start)!;
        var pid = process.Id;
        Guard.Register(() => EndHanging(pid));
        return process;
    }
}

/// <summary>A program that has ended.</summary>
public sealed record Finished(int ExitCode, string Output, string Error)
{
    public IEnumerable<JsonElement> Json => Output
        .Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Select(line => JsonSerializer.Deserialize<JsonElement>(line));

    public Finished Succeeds()
    {
        Assert.True(ExitCode == 0, $"Exit code {ExitCode}\n{Output}\n{Error}");
        return this;
    }

    /// <summary>
    /// Exit code 2, nothing on standard output and one sentence without a stack trace on standard
    /// error.
    /// </summary>
    public string IsRefused()
    {
        Assert.True(ExitCode == 2, $"Exit code {ExitCode}\n{Output}\n{Error}");
        Assert.Empty(Output);
        Assert.DoesNotContain("   at ", Error, StringComparison.Ordinal);
        return Error;
    }
}
