using System.Runtime.InteropServices;
using Microsoft.Extensions.Hosting;
using Mnist.Distributed.Hosting.Border;
using Mnist.Distributed.Hosting.Processes;

namespace Mnist.Distributed.Silo;

/// <summary>
/// The file that receives the output of this process. When it is too long, it is renamed, and the
/// output goes to a new file. A POSIX system redirects the two descriptors of the output, so the
/// output of native code and of the runtime goes there too. Elsewhere <see cref="OutputFile" />
/// opens the new file. No line is lost.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="limit">Bytes after which it is too long.</param>
internal sealed partial class LogFile(string path, long limit) : BackgroundService
{
    private const int Output = 1, Error = 2;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>Renames the file if it is too long.</summary>
    public void PutAsideIfLong()
    {
        if (new FileInfo(path) is not { Exists: true } file || file.Length < limit)
        {
            return;
        }

        try
        {
            File.Move(path, $"{path}.1", overwrite: true);
            if (Posix.IsUsed)
            {
                using var next = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
                _ = Redirect((int)next.DangerousGetHandle(), Output);
                _ = Redirect((int)next.DangerousGetHandle(), Error);
            }

            ProgramConsole.Reopen();
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            // The output goes on to where it goes, and the next look tries again.
        }
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            PutAsideIfLong();
        }
    }

    [LibraryImport("libc", EntryPoint = "dup2")]
    private static partial int Redirect(int from, int to);
}
