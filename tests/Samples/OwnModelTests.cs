using Mnist.Distributed.Tests.Processes;
using Xunit;

namespace Mnist.Distributed.Tests.Samples;

/// <summary>
/// The sample is a program of its own: it is the command line, its silos are that very program, and
/// its assembly is a plug-in for programs of the project. All ways give the same bytes.
/// </summary>
public sealed class OwnModelTests(SmallMnist data) : IAsyncDisposable
{
    private const string Cluster = "own";
    private readonly UserHome _home = NewHome(data, Sample.Programs);

    [Fact]
    public async Task It_trains_its_model_with_the_same_bytes_in_process_and_on_silos_of_its_own()
    {
        (await Own(Train("alone"))).Succeeds();
        var up = (await Own("cluster", "up", "--silos", "2", "--name", Cluster, "--json")).Succeeds();
        try
        {
            Assert.All(up.Json, silo => Assert.Contains($"{Sample.Name}.dll with SHA-256 ", silo.GetProperty("version").GetString(), StringComparison.Ordinal));
            Assert.Equal(2, up.Json.Count());
            (await Own(Train("on-silos", "--cluster", Cluster))).Succeeds();
            var run = (await Own("runs", "list", "--cluster", Cluster, "--json")).Succeeds().Json.Single();
            (await Own("verify", run.GetProperty("run_id").GetString()!, "--cluster", Cluster)).Succeeds();
        }
        finally
        {
            (await Own("cluster", "down", "--name", Cluster)).Succeeds();
        }

        Assert.Equal(Sample.Weights(_home, "alone"), Sample.Weights(_home, "on-silos"));
    }

    [Fact]
    public async Task Its_assembly_is_a_plugin_with_the_same_bytes_on_silos_that_have_the_file()
    {
        (await Own(Train("alone"))).Succeeds();
        await using var home = NewHome(data, AppContext.BaseDirectory);
        var file = Path.Combine(Directory.CreateDirectory(home["models"]).FullName, $"{Sample.Name}.dll");
        File.Copy(Sample.Assembly, file);
        (await home.Mnist("cluster", "up", "--silos", "1", "--name", Cluster, "--models-from", file)).Succeeds();
        try
        {
            // A silo that is started later gets the folder without being told again.
            (await home.Mnist("cluster", "scale", "--silos", "2", "--name", Cluster)).Succeeds();
            (await home.Mnist(Train("plug-in", "--cluster", Cluster, "--models-from", file))).Succeeds();
            var run = (await home.Mnist("runs", "list", "--cluster", Cluster, "--json")).Succeeds().Json.Single().GetProperty("run_id").GetString()!;
            var shown = (await home.Mnist("runs", "show", run, "--cluster", Cluster, "--json")).Succeeds().Json.Single();
            Assert.Equal(2, shown.GetProperty("silos").GetArrayLength());
            (await home.Mnist("verify", run, "--cluster", Cluster, "--models-from", file)).Succeeds();
            Assert.Contains("--models-from", (await home.Mnist("verify", run, "--cluster", Cluster)).IsRefused(), StringComparison.Ordinal);
        }
        finally
        {
            (await home.Mnist("cluster", "down", "--name", Cluster)).Succeeds();
        }

        Assert.Equal(Sample.Weights(_home, "alone"), Sample.Weights(home, "plug-in"));
        Assert.Equal(
            "mine",
            (await home.Mnist("evaluate", "--weights", home["plug-in/model.safetensors"], "--models-from", file, "--json")).Succeeds().Json.Single().GetProperty("model").GetString());
    }

    [Fact]
    public async Task Its_own_name_cannot_be_taken_by_a_plugin() => Assert.Contains(
        $"a model '{Sample.Model}', but there is one of that name already", (await Own("models", "--models-from", Sample.Assembly)).IsRefused(), StringComparison.Ordinal);

    public ValueTask DisposeAsync() => _home.DisposeAsync();

    private static UserHome NewHome(SmallMnist data, string programs)
    {
        var home = new UserHome { Programs = programs };
        home.Set("MNIST_DATA", data.Path);
        return home;
    }

    private static string[] Train(string output, params string[] more) => ["train", "--model", Sample.Model, "--epochs", "1", "--workers", "3", "--out", output, .. more];

    private Task<Finished> Own(params string[] arguments) => _home.Run(Sample.Name, arguments);
}
