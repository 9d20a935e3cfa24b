using System.ComponentModel;
using System.Diagnostics;
using Mnist.Distributed.Contracts;

namespace Mnist.Distributed.Coordinator.Live;

/// <summary>Opens an address in the user's browser.</summary>
internal static class Browser
{
    /// <summary>A program that has not failed after this time has opened the browser.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>Opens an address.</summary>
    /// <exception cref="InvalidInputException">No browser can be opened.</exception>
    public static async Task Open(Uri address)
    {
        var start = OperatingSystem.IsWindows() ? new ProcessStartInfo(address.ToString()) { UseShellExecute = true }
            : new ProcessStartInfo(OperatingSystem.IsMacOS() ? "open" : "xdg-open") { ArgumentList = { address.ToString() }, RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            using var process = Process.Start(start);
            if (process is null || !await HasEnded(process) || process.ExitCode == 0)
            {
                return;
            }

            throw new InvalidInputException(Refusal($"{start.FileName} ended with {process.ExitCode}"));
        }
        catch (Win32Exception missing)
        {
            throw new InvalidInputException(Refusal(missing.Message.TrimEnd('.')), missing);
        }
    }

    private static async Task<bool> HasEnded(Process process)
    {
        using var patience = new CancellationTokenSource(Patience);
        await process.WaitForExitAsync(patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return process.HasExited;
    }

    private static string Refusal(string reason) => $"No browser can be opened ({reason}): leave out --open, and open the address of the page yourself.";
}
