using Microsoft.Extensions.Logging;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Grains.Data;
using Mnist.Distributed.Grains.Replicas;
using Mnist.Distributed.Tests.Simulation.Cluster;
using Mnist.Distributed.Tests.Training.Data;
using Mnist.Distributed.Tests.Training.Files;
using Mnist.Distributed.Training.Data;

using Xunit;

namespace Mnist.Distributed.Tests.Grains.Data;

/// <summary>The answers of a silo to a peer that asks for a folder of the silo's machine.</summary>
public sealed class PeerAnswerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly LogLines _log = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_silo_does_not_tell_what_is_in_a_folder_but_its_log_does()
    {
        string[] folders = ["nowhere", "file", "empty", "secret", "cut\nINFO forged line"];
        _folder.Write("file", [1]);
        Directory.CreateDirectory(_folder["empty"]);
        foreach (string file in IdxFileNames.All)
        {
            _folder.Write("secret/" + file, "root:x:0:0"u8);
            _folder.Write($"{folders[^1]}/{file}", SmallDataSets.Content(SmallDataSets.Mnist, file)[..^1]);
        }

        string[] answers = await Task.WhenAll(folders.Select(folder => Refusal(_folder[folder], new string('0', 64))));

        string answer = Assert.Single(answers.Distinct());
        Assert.StartsWith("Silo silo-1 has no such data: ", answer);
        Assert.DoesNotContain(_folder.Path, answer);
        Assert.All(folders, folder => Assert.Contains(_log.Lines, line => line.Contains(_folder[folder].Replace('\n', ' '), StringComparison.Ordinal)));
        Assert.Contains(_log.Lines, line => line.Contains("0x726f6f74", StringComparison.Ordinal));
        Assert.All(_log.Lines, line => Assert.DoesNotContain('\n', line));
    }

    [Fact]
    public async Task A_silo_does_not_tell_where_it_has_other_data()
    {
        string path = SmallDataSets.WriteTo(_folder, "data", SmallDataSets.Mnist);

        string answer = await Refusal(path, new string('0', 64));

        Assert.Equal(
            "The mnist data of silo silo-1 is not what run run-1 was started with: give both the same files with DataFolder or MNIST_DATA.", answer);
        Assert.Contains(_log.Lines, line => line.Contains(path, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Whatever_goes_wrong_is_not_told()
    {
        string answer = await Refusal(null, "", new DataSetStore((_, _, _) => throw new IOException("the secret")));

        Assert.StartsWith("Silo silo-1 has no such data: ", answer);
        Assert.Contains(_log.Lines, line => line.Contains("the secret", StringComparison.Ordinal));
    }

    private async Task<string> Refusal(string? folder, string digest, DataSetStore? store = null)
    {
        var data = new PlanData(
            store ?? new DataSetStore(async (name, path, size) => await Loader().LoadAsync(name, path, size)), new SiloDetails("silo-1", SiloAddress.Zero), _log);
        var refusal = await Assert.ThrowsAsync<InvalidInputException>(
            () => data.Load("run-1", new TrainingPlan { DataFolder = folder, DataDigest = digest }));
        Assert.Null(refusal.InnerException);
        return refusal.Message;
    }

    private DataSetLoader Loader() => new(
        SmallDataSets.Catalogue,
        new DataSetCache(_folder["cache"]),
        new DataSetDownload(FakeWeb.Offline(), new FakeTime()),
        new SyntheticGenerator(1, () => throw new InvalidOperationException()),
        _ => null);

    private sealed class LogLines : ILogger<PlanData>
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (Lines)
            {
                Lines.Add(formatter(state, exception));
            }
        }
    }
}
