using Microsoft.Extensions.Hosting;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Training.Files;

namespace Mnist.Distributed.Silo;

/// <summary>
/// Touches a file once a second while the silo is an active member of its cluster. A probe of a
/// container looks at the age of the file; it need not start a program for that.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="members">Knows the status of this silo.</param>
/// <param name="time">The clock.</param>
internal sealed class HealthFile(string path, ISiloStatusOracle members, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            if (members.CurrentStatus == SiloStatus.Active)
            {
                Touch();
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private void Touch()
    {
        try
        {
            AtomicFile.WriteText(path, $"{time.GetUtcNow():u}\n");
        }
        catch (InvalidInputException failure)
        {
            Console.Error.WriteLine($"mnist-silo: Silo:HealthFile: {failure.Message} Probes will take this silo for ill.");
        }
    }
}
