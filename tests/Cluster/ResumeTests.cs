using System.Runtime.Intrinsics;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Hosting.Stores;
using Mnist.Distributed.Tests.Processes;
using Mnist.Distributed.Tests.Training;
using Xunit;
using Signals = Mnist.Distributed.Tests.Processes.Signals;

namespace Mnist.Distributed.Tests.Cluster;

/// <summary>
/// Runs that were stopped, or lost all their silos, resume from their record and end with the bytes
/// of the plain trainer.
/// </summary>
public sealed class ResumeTests(SmallMnist data) : IAsyncDisposable
{
    private const int Epochs = 30;

    private static readonly TrainingPlan Plan = new() { Workers = 3, Epochs = Epochs, OptimizerSettings = PlanSettings.Sgd(0.9f) };

    private readonly UserHome _home = new();

    private string Database => Path.Combine(_home["state"], "mnist-distributed", "clusters", "c", "cluster.db");

    [Fact]
    public async Task A_run_goes_on_after_a_power_cut_on_another_number_of_silos()
    {
        var id = await TrainUntilThePowerIsCut(3);
        await _home.Up("c", 1);
        Assert.Equal("interrupted", (await Describe(id)).GetProperty("status").GetString());
        await Resumes(id);
    }

    [LongFact]
    public async Task A_damaged_newest_record_is_noticed_and_the_one_before_it_used()
    {
        var id = await TrainUntilThePowerIsCut(1);
        DamageNewestRecord();
        await _home.Up("c", 2);
        var resumed = await Resumes(id);
        Assert.Contains(resumed.Json, line => line.TryGetProperty("kind", out var kind) && kind.GetString() == "storage"
            && line.GetProperty("reason").GetString()!.Contains("damaged", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_run_whose_records_are_both_damaged_is_listed_beside_the_others_and_is_not_touched()
    {
        await _home.Up("c", 1);
        string[] ids = [await TrainShortly(), await TrainShortly()];
        (await _home.Mnist("cluster", "down", "--name", "c")).Succeeds();
        DamageRecords(ids[0], "run-", least: 2);
        await _home.Up("c", 1);

        var runs = (await _home.Mnist("runs", "list", "--cluster", "c", "--json")).Succeeds().Json.ToArray();

        Assert.Equal(ids, runs.Select(run => run.GetProperty("run_id").GetString()));
        Assert.Equal(["damaged", "completed"], runs.Select(run => run.GetProperty("status").GetString()));
        Assert.Contains("damaged", runs[0].GetProperty("message").GetString(), StringComparison.Ordinal);
        await using var cluster = await StoredClusters.Connect("c", new SqliteStore(Database));
        var grain = cluster.Grains.GetGrain<ITrainingRunGrain>(ids[0]);
        Func<Task>[] all =
        [
            () => grain.Start(Plan, new RunOptions(), null, null), () => grain.Resume(false, null), () => grain.Watch(default), grain.Stop, grain.GetState,
            grain.GetLedger, () => grain.GetCheckpointBefore(1),
        ];
        foreach (var call in all)
        {
            Assert.Contains("damaged", (await Assert.ThrowsAsync<InvalidInputException>(call)).Message, StringComparison.Ordinal);
        }

        Assert.Equal(RunStatus.Damaged, (await grain.Describe()).Status);
    }

    [Fact]
    public async Task A_stopped_run_goes_on_and_what_is_not_to_be_resumed_is_refused()
    {
        await _home.Up("c", 2);
        using var train = Train();
        var id = await ReadUntil(train, "\"epoch\":3");
        await Interrupt(train);
        Assert.Equal(130, train.ExitCode);

        await Resumes(id);
        Assert.Contains("complete", (await _home.Mnist("runs", "resume", id, "--cluster", "c")).IsRefused(), StringComparison.Ordinal);
        Assert.Contains("no run nothing", (await _home.Mnist("runs", "resume", "nothing", "--cluster", "c")).IsRefused(), StringComparison.Ordinal);
    }

    [LongFact]
    public async Task A_run_is_not_resumed_with_other_data_or_other_numerics()
    {
        var set = _home["set"];
        Directory.CreateDirectory(set);
        foreach (var file in Directory.EnumerateFiles(data.Path))
        {
            File.Copy(file, Path.Combine(set, Path.GetFileName(file)));
        }

        // Few epochs, because without its vector instructions the processor is a hundred times
        // slower.
        var id = await TrainUntilThePowerIsCut(1, set, epochs: 10);
        using (var other = new SmallMnist(SmallMnist.TrainCount - 1))
        {
            foreach (var file in Directory.EnumerateFiles(other.Path))
            {
                File.Copy(file, Path.Combine(set, Path.GetFileName(file)), overwrite: true);
            }
        }

        await _home.Up("c", 1);
        Assert.Contains("not what run", (await _home.Mnist("runs", "resume", id, "--cluster", "c")).IsRefused(), StringComparison.Ordinal);
        Assert.Contains("not what run", (await _home.Mnist("verify", id, "--cluster", "c")).IsRefused(), StringComparison.Ordinal);

        foreach (var file in Directory.EnumerateFiles(data.Path))
        {
            File.Copy(file, Path.Combine(set, Path.GetFileName(file)), overwrite: true);
        }

        (await _home.Mnist("cluster", "down", "--name", "c")).Succeeds();
        Assert.SkipUnless(Vector256.IsHardwareAccelerated, "This processor has no vectors that could be switched off, so silos of other numerics cannot be made.");
        _home.Set("DOTNET_EnableAVX2", "0");
        await _home.Up("c", 1);
        var refused = (await _home.Mnist("runs", "resume", id, "--cluster", "c")).IsRefused();
        Assert.Contains("vectors of", refused, StringComparison.Ordinal);
        Assert.Contains("--accept-mixed-numerics", refused, StringComparison.Ordinal);

        var mixed = (await _home.Mnist("runs", "resume", id, "--cluster", "c", "--accept-mixed-numerics", "--json")).Succeeds();
        Assert.Equal("completed", mixed.Json.Last().GetProperty("status").GetString());
        Assert.True((await Describe(id)).GetProperty("options").GetProperty("accept_mixed_numerics").GetBoolean());
    }

    [LongFact]
    public async Task A_run_is_verified_step_by_step()
    {
        await _home.Up("c", 2);
        var id = (await _home.Mnist("train", "--data", data.Path, "--epochs", "2", "--cluster", "c", "--json")).Succeeds()
            .Json.First().GetProperty("run_id").GetString()!;
        var all = (await _home.Mnist("verify", id, "--cluster", "c", "--json")).Succeeds().Json.ToArray();
        Assert.All(all[..^1], step => Assert.True(step.GetProperty("agrees").GetBoolean()));
        Assert.Equal(83, all[^1].GetProperty("compared").GetInt32());

        var some = (await _home.Mnist("verify", id, "--steps", "80..82", "--cluster", "c")).Succeeds().Output;
        Assert.Contains("3 hashes agree, 0 differ", some, StringComparison.Ordinal);
        Assert.Contains("are signed with the certificate of local", some, StringComparison.Ordinal);
        Assert.Contains("--steps", (await _home.Mnist("verify", id, "--steps", "80..83", "--cluster", "c")).IsRefused(), StringComparison.Ordinal);

        var silent = (await _home.Mnist("train", "--data", data.Path, "--epochs", "1", "--ledger-every", "0", "--cluster", "c", "--json")).Succeeds()
            .Json.First().GetProperty("run_id").GetString()!;
        Assert.Contains("without a ledger", (await _home.Mnist("verify", silent, "--cluster", "c")).IsRefused(), StringComparison.Ordinal);

        DamageRecords(id, "run-even", least: 1);
        var changed = await _home.Mnist("verify", id, "--cluster", "c");
        Assert.Equal(1, changed.ExitCode);
        Assert.Contains("A stored copy of the run's record cannot be used", changed.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Silos_join_and_leave_a_run_without_a_late_step()
    {
        // This test is about joining and leaving. A long straggler timeout keeps a busy machine
        // from adding stragglers.
        _home.Set("Silo__StragglerTimeout", "60000");
        await _home.Up("c", 1);
        using var train = _home.Start("train", "--data", data.Path, "--workers", "3", "--epochs", "100000", "--cluster", "c", "--json");
        var id = await ReadUntil(train, "\"epoch\":2");
        Assert.Contains("is running", (await _home.Mnist("runs", "resume", id, "--cluster", "c")).IsRefused(), StringComparison.Ordinal);
        (await _home.Mnist("cluster", "scale", "--silos", "3", "--name", "c")).Succeeds();
        await ReadUntil(train, "\"kind\":\"joined\",\"silo\":\"silo-2\"", "\"kind\":\"joined\",\"silo\":\"silo-3\"");
        (await _home.Mnist("cluster", "scale", "--silos", "1", "--name", "c")).Succeeds();
        await Interrupt(train);

        var kinds = (await Describe(id)).GetProperty("incidents").EnumerateArray().Select(incident => incident.GetProperty("kind").GetString()).ToArray();
        Assert.Equal(2, kinds.Count(kind => kind == "joined"));
        Assert.Equal(2, kinds.Count(kind => kind == "left"));
        Assert.DoesNotContain("late", kinds);
        Assert.DoesNotContain("lost", kinds);
        (await _home.Mnist("verify", id, "--cluster", "c")).Succeeds();
        Assert.Contains("is not running", (await _home.Mnist("cluster", "scale", "--silos", "2", "--name", "none")).IsRefused(), StringComparison.Ordinal);
    }

    public ValueTask DisposeAsync() => _home.DisposeAsync();

    private async Task<string> TrainUntilThePowerIsCut(int silos, string? set = null, int epochs = Epochs)
    {
        await _home.Up("c", silos);
        var pids = (await _home.Mnist("cluster", "status", "--name", "c", "--json")).Succeeds().Json.Select(silo => silo.GetProperty("pid").GetInt32()).ToArray();
        using var train = Train(set, epochs);
        var id = await ReadUntil(train, "\"event\":\"epoch\",\"epoch\":3,");
        await Task.WhenAll(pids.Select(Signals.KillNow));
        Signals.Interrupt(train.Id);
        await Signals.KillNow(train.Id);
        return id;
    }

    private System.Diagnostics.Process Train(string? set = null, int epochs = Epochs) => _home.Start(
        "train", "--data", set ?? data.Path, "--workers", $"{Plan.Workers}", "--epochs", $"{epochs}", "--momentum", "0.9", "--checkpoint-every", "10",
        "--cluster", "c", "--out", _home["out"], "--json");

    /// <summary>Reads a run's output until all parts have appeared, in any order.</summary>
    /// <returns>The run's id, if it was told on the way.</returns>
    private async Task<string> ReadUntil(System.Diagnostics.Process train, params string[] parts)
    {
        var id = "";
        var missing = parts.ToList();
        while (await train.StandardOutput.ReadLineAsync(_home.Guard) is { } line)
        {
            if (line.StartsWith("{\"event\":\"run\"", StringComparison.Ordinal))
            {
                id = JsonSerializer.Deserialize<JsonElement>(line).GetProperty("run_id").GetString()!;
            }

            missing.RemoveAll(part => line.Contains(part, StringComparison.Ordinal));
            if (missing.Count == 0)
            {
                return id;
            }
        }

        throw new InvalidOperationException($"The run ended before '{string.Join("', '", missing)}': {await train.StandardError.ReadToEndAsync(_home.Guard)}");
    }

    /// <summary>
    /// Stops the run by its command, whose output must be read: it waits for its reader.
    /// </summary>
    private async Task Interrupt(System.Diagnostics.Process train)
    {
        Signals.Interrupt(train.Id);
        await train.StandardOutput.ReadToEndAsync(_home.Guard);
        await train.WaitForExitAsync(_home.Guard);
    }

    private async Task<JsonElement> Describe(string id) => (await _home.Mnist("runs", "show", id, "--cluster", "c", "--json")).Succeeds().Json.Single();

    private async Task<Finished> Resumes(string id)
    {
        var resumed = (await _home.Mnist("runs", "resume", id, "--cluster", "c", "--out", _home["out"], "--json")).Succeeds();
        Assert.Equal(PlainRun.Sha256(Plan with { Samples = SmallMnist.TrainCount }, data.Load()), resumed.Json.Last().GetProperty("weights_sha256").GetString());
        var epochs = File.ReadAllLines(Path.Combine(_home["out"], "metrics.jsonl"))
            .Select(line => JsonSerializer.Deserialize<JsonElement>(line).GetProperty("epoch").GetInt32());
        Assert.Equal(Enumerable.Range(1, Epochs), epochs);
        (await _home.Mnist("verify", id, "--cluster", "c")).Succeeds();
        return resumed;
    }

    private async Task<string> TrainShortly() =>
        (await _home.Mnist("train", "--data", data.Path, "--epochs", "1", "--cluster", "c", "--json", "--force", "--out", _home["out"])).Succeeds()
        .Json.First().GetProperty("run_id").GetString()!;

    private void DamageRecords(string run, string place, int least)
    {
        using var connection = new SqliteConnection($"Data Source={Database};Pooling=False");
        connection.Open();
        using var write = connection.CreateCommand();
        write.CommandText = "UPDATE OrleansStorage SET PayloadBinary = substr(PayloadBinary, 1, length(PayloadBinary) - 1) WHERE GrainIdExtensionString LIKE $run AND GrainTypeString LIKE $place";
        write.Parameters.AddWithValue("$place", $"%{place}%");
        write.Parameters.AddWithValue("$run", $"%{run}%");
        Assert.InRange(write.ExecuteNonQuery(), least, 3);
    }

    /// <summary>Flips a bit in the place that was written last.</summary>
    private void DamageNewestRecord()
    {
        using var connection = new SqliteConnection($"Data Source={Database};Pooling=False");
        connection.Open();
        using var read = connection.CreateCommand();
        read.CommandText = "SELECT rowid, PayloadBinary FROM OrleansStorage WHERE GrainTypeString LIKE '%run-%' ORDER BY Version DESC, ModifiedOn DESC LIMIT 1";
        using var reader = read.ExecuteReader();
        Assert.True(reader.Read());
        var row = reader.GetInt64(0);
        var payload = (byte[])reader.GetValue(1);
        reader.Close();
        payload[payload.Length / 2] ^= 1;
        using var write = connection.CreateCommand();
        write.CommandText = "UPDATE OrleansStorage SET PayloadBinary = $payload WHERE rowid = $row";
        write.Parameters.AddWithValue("$payload", payload);
        write.Parameters.AddWithValue("$row", row);
        Assert.Equal(1, write.ExecuteNonQuery());
    }
}
