using System.Diagnostics;
using System.Net.Sockets;
using System.Security.Cryptography;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Hosting.Otlp;
using Mnist.Distributed.Hosting.Processes;
using Mnist.Distributed.Hosting.Sockets;

namespace Mnist.Distributed.Coordinator.Dashboards;

/// <summary>
/// A running Aspire dashboard. It listens on the loopback address only. Its page needs a token, and
/// telemetry and queries need a key, so no other user of the machine gets in.
/// </summary>
internal sealed class DashboardProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly Process _process;

    private DashboardProcess(Process process, LocalBackend backend)
    {
        _process = process;
        Backend = backend;
    }

    /// <summary>How it is reached.</summary>
    public LocalBackend Backend { get; }

    /// <summary>Starts the dashboard and waits until it answers.</summary>
    /// <param name="program">The program.</param>
    /// <param name="port">The port of its page; null for a free one.</param>
    /// <param name="cancellation">Ends the wait, and the dashboard.</param>
    /// <exception cref="InvalidInputException">
    /// The port is in use, or the program ends or does not answer.
    /// </exception>
    public static async Task<DashboardProcess> Start(string program, int? port, CancellationToken cancellation)
    {
        RequireFree(port);
        var ports = FreePorts.Take(3);
        var page = $"http://{Host}:{port ?? ports[0]}";
        var endpoint = $"http://{Host}:{ports[1]}";
        var (token, key) = (RandomNumberGenerator.GetHexString(32, lowercase: true), RandomNumberGenerator.GetHexString(32, lowercase: true));
        var start = new ProcessStartInfo(program) { WorkingDirectory = Path.GetDirectoryName(program)!, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in new Dictionary<string, string>
        {
            ["ASPNETCORE_URLS"] = page,
            ["ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL"] = endpoint,
            ["ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL"] = $"http://{Host}:{ports[2]}",
            ["ASPIRE_ALLOW_UNSECURED_TRANSPORT"] = "true",
            ["DASHBOARD__FRONTEND__AUTHMODE"] = "BrowserToken",
            ["DASHBOARD__FRONTEND__BROWSERTOKEN"] = token,
            ["DASHBOARD__OTLP__AUTHMODE"] = "ApiKey",
            ["DASHBOARD__OTLP__PRIMARYAPIKEY"] = key,
            ["DASHBOARD__API__AUTHMODE"] = "ApiKey",
            ["DASHBOARD__API__PRIMARYAPIKEY"] = key,
        })
        {
            start.Environment[name] = value;
        }

        MakeExecutable(program);
        var process = Process.Start(start) ?? throw new InvalidInputException($"{program} does not start: install it again with 'mnist dashboard --install'.");
        var said = new List<string>();
        process.OutputDataReceived += (_, line) => Keep(said, line.Data);
        process.ErrorDataReceived += (_, line) => Keep(said, line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var backend = new LocalBackend($"{page}/login?t={token}", endpoint, key, ProcessIdentity.Of(process.Id) ?? new ProcessIdentity(process.Id, "", 0));
        var dashboard = new DashboardProcess(process, backend);
        try
        {
            await dashboard.WaitUntilItAnswers(page, said, cancellation);
            return dashboard;
        }
        catch
        {
            dashboard.Dispose();
            throw;
        }
    }

    /// <summary>Waits until the dashboard ends.</summary>
    public Task Ended(CancellationToken cancellation) => _process.WaitForExitAsync(cancellation);

    /// <inheritdoc />
    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    private static string Host => FreePorts.Loopback.AddressFamily == AddressFamily.InterNetworkV6 ? "[::1]" : "127.0.0.1";

    private static void RequireFree(int? port)
    {
        if (port is not { } wanted)
        {
            return;
        }

        try
        {
            using var listener = new TcpListener(FreePorts.Loopback, wanted);
            listener.Start();
        }
        catch (SocketException failure)
        {
            throw new InvalidInputException($"--port {wanted} cannot be used ({failure.Message.TrimEnd('.')}): choose another one, or leave the option out.", failure);
        }
    }

    private async Task WaitUntilItAnswers(string page, List<string> said, CancellationToken cancellation)
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        for (var begun = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(begun) < Patience; await Task.Delay(Pause, cancellation))
        {
            if (_process.HasExited)
            {
                throw new InvalidInputException($"The dashboard has ended ({Reason(said)}): if {page} is in use, choose another --port.");
            }

            try
            {
                using var answer = await client.GetAsync(new Uri($"{page}/login"), cancellation);
                if (!_process.HasExited && answer.IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (Exception failure) when (failure is HttpRequestException or TaskCanceledException && !cancellation.IsCancellationRequested)
            {
                // It does not listen yet, or is still busy with its start.
            }
        }

        throw new InvalidInputException($"The dashboard does not answer at {page} after {Patience.TotalSeconds:F0} s: try again, or choose another --port.");
    }

    private static void Keep(List<string> said, string? line)
    {
        lock (said)
        {
            if (line is not null && said.Count < 200)
            {
                said.Add(line.Trim());
            }
        }
    }

    private static string Reason(List<string> said)
    {
        lock (said)
        {
            return Printable.Of(said.FirstOrDefault(line => line.Contains("in use", StringComparison.OrdinalIgnoreCase) || line.Contains("exception", StringComparison.OrdinalIgnoreCase)) ?? "it says nothing");
        }
    }

    /// <summary>NuGet does not always keep the permission to execute a file.</summary>
    private static void MakeExecutable(string program)
    {
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(program) & UnixFileMode.UserExecute) == 0)
        {
            File.SetUnixFileMode(program, File.GetUnixFileMode(program) | UnixFileMode.UserExecute);
        }
    }
}
