using System.CommandLine;
using Mnist.Distributed.Coordinator.Commands;
using Mnist.Distributed.Coordinator.Commands.Completion;
using Mnist.Distributed.Tests.Processes;
using Mnist.Distributed.Training.Catalogue;
using Mnist.Distributed.Training.Data;
using Xunit;

namespace Mnist.Distributed.Tests.Coordinator.Commands.Completion;

public sealed class CompletionRequestTests
{
    private static readonly RootCommand Root = MnistCommandLine.Root(TrainingCatalogue.Standard);

    [Theory]
    [InlineData("cnn,cnn-module", "c", "train", "--model")]
    [InlineData("cnn,cnn-module", "c", "train", "--model", "=")]
    [InlineData("cnn,cnn-module", "--model=c", "train", "--epochs", "3")]
    [InlineData("cnn,cnn-module", "c", "models")]
    [InlineData("hinge", "hi", "losses")]
    [InlineData("one-cycle", "o", "chaos", "--schedule")]
    [InlineData("adam,adamw,adagrad", "ad", "plan", "--optimizer", "x", "--optimizer")]
    [InlineData("even-odd,embedding", "e", "data", "show", "--task")]
    [InlineData("last,best", "", "train", "--keep")]
    [InlineData("--patience", "--pat", "train", "--keep", "best")]
    [InlineData("", "--lr", "train", "--lr", "0.1")]
    [InlineData("--plan", "--pl", "chaos", "--plan", "add at step 3")]
    [InlineData("", "3", "train", "--epochs")]
    [InlineData("up", "u", "cluster")]
    [InlineData("issue", "i", "cluster", "identity")]
    [InlineData("verify", "v")]
    [InlineData("verify", "v", "help")]
    [InlineData("help", "he")]
    [InlineData("bash", "b", "completion")]
    [InlineData(":files", "w", "predict", "--weights")]
    [InlineData(":files", "im", "predict", "--weights", "w.safetensors", "a.png")]
    [InlineData(":files", "--", "predict", "--")]
    [InlineData(":folders", "", "serve", "--runs")]
    [InlineData("", "x", "train", "no-such-word")]
    [InlineData("", "x", "no-such-command", "--no-such-option")]
    public void The_words_that_can_stand_at_the_cursor_are_answered(string expected, string current, params string[] before) =>
        Assert.Equal(expected, string.Join(',', Answer(current, before).Select(line => line.Split('\t')[0])));

    [Fact]
    public void Where_nothing_else_can_stand_the_options_are_answered()
    {
        var words = Answer("", ["runs", "list"]).Select(line => line.Split('\t')[0]).ToArray();

        Assert.Contains("--cluster", words);
        Assert.Contains("--json", words);
    }

    [Fact]
    public void Every_data_set_can_be_completed() =>
        Assert.Equal(DataSetCatalogue.Published.Names, Answer("", ["train", "--dataset"]).Select(line => line.Split('\t')[0]));

    [Fact]
    public void An_answer_has_a_description_of_one_short_line() =>
        Assert.All(Answer("", []).Concat(Answer("--", ["train"])), line =>
        {
            var parts = line.Split('\t');
            Assert.Equal(2, parts.Length);
            Assert.InRange(parts[1].Length, 1, 90);
        });

    [Theory]
    [InlineData("complete")]
    [InlineData("complete", "train")]
    [InlineData("train", "complete", "--current=", "--")]
    public void Other_arguments_are_no_question(params string[] arguments) => Assert.False(CompletionRequest.IsAskedFor(arguments));

    [Fact]
    public async Task Names_of_clusters_and_runs_are_those_of_the_user()
    {
        await using var home = new UserHome();
        Directory.CreateDirectory(home["state/mnist-distributed/clusters/demo"]);
        foreach (var (id, name) in new[] { ("20260901-120000-ab12", "first"), ("20260902-120000-cd34", "not a word") })
        {
            Directory.CreateDirectory(home[$"runs/{id}"]);
            await File.WriteAllTextAsync(home[$"runs/{id}/run.json"], $$"""{"run_id": "{{id}}", "name": "{{name}}", "status": "completed"}""", home.Guard);
        }

        await File.WriteAllTextAsync(home["runs/20260901-120000-ab12/other.json"], "{", home.Guard);

        Assert.Equal("demo\tcluster of this machine\n", (await home.Mnist("complete", "--current=", "--", "train", "--cluster")).Succeeds().Output);
        Assert.Equal(
            "20260902-120000-cd34\tcompleted\n20260901-120000-ab12\tcompleted\nfirst\tcompleted\nlatest\tthe newest run\n",
            (await home.Mnist("complete", "--current=", "--", "runs", "watch")).Succeeds().Output);
    }

    private static IEnumerable<string> Answer(string current, string[] before) => CompletionRequest.Answer(Root, ["complete", $"--current={current}", "--", .. before]);
}
