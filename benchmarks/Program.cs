using System.CommandLine;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Running;
using Mnist.Distributed.Benchmarks.Comparison;
using Mnist.Distributed.Benchmarks.Contenders;
using Mnist.Distributed.Benchmarks.Losses;
using Mnist.Distributed.Benchmarks.Wire;
using Mnist.Distributed.Training.Data;

// Each contender runs in a process of its own. For contenders that are written in C#, this program
// starts itself again.
var folder = new Option<string?>("--data") { Description = "Folder with MNIST's four files. Default: where mnist finds them, else synthetic digits.", HelpName = "DIR" };
var models = new Option<string[]>("--model") { Description = "mlp, cnn, mlp-module and cnn-module.", DefaultValueFactory = _ => ["mlp", "cnn"], AllowMultipleArgumentsPerToken = true, HelpName = "NAMES" };
var rounds = new Option<int>("--rounds") { Description = "How often each contender has its turn.", DefaultValueFactory = _ => 5, HelpName = "N" };
var output = new Option<string>("--out") { Description = "Folder for the table and the plot.", DefaultValueFactory = _ => "benchmarks/results", HelpName = "DIR" };

var compare = new Command("compare", "Measures this project, the plain TorchSharp loop and PyTorch side by side, in turn, and prints their ratios.") { folder, models, rounds, output };
compare.SetAction(async (parsed, cancellation) =>
    await Compare.Run(parsed.GetValue(folder) ?? Environment.GetEnvironmentVariable(DataSetPlaces.Variable), parsed.GetValue(models)!, parsed.GetValue(rounds), parsed.GetValue(output)!, cancellation));

var micro = new Command("micro", "Measures the parts of a step by themselves; takes BenchmarkDotNet's arguments.") { TreatUnmatchedTokensAsErrors = false };

// TorchSharp.dll is compiled without optimisation on purpose (see SafeTorchSharp.targets).
micro.SetAction(parsed =>
{
    BenchmarkSwitcher.FromAssembly(typeof(Compare).Assembly).Run(
        [.. parsed.UnmatchedTokens], DefaultConfig.Instance.WithOptions(ConfigOptions.DisableOptimizationsValidator));
});

var root = new RootCommand("Benchmarks of Mnist.Distributed.") { compare, micro };
foreach (var (name, run) in new (string, Action<string, DataSet, int, int>)[] { ("plain-loop", PlainLoop.Run), ("arithmetic", Arithmetic.Run) })
{
    var model = new Argument<string>("model");
    var count = new Argument<int>("images");
    var epochs = new Argument<int>("epochs");
    var contender = new Command(name) { model, count, epochs, folder };
    contender.Hidden = true;
    contender.SetAction(async (parsed, _) => run(parsed.GetValue(model)!, await Digits.Find(parsed.GetValue(folder)), parsed.GetValue(count), parsed.GetValue(epochs)));
    root.Add(contender);
}

var silo = new Command("in-process", "Trains on one silo in this process and prints speed, allocation and memory an epoch.");
var (net, images, passes, workers) = (new Argument<string>("model"), new Argument<int>("images"), new Argument<int>("epochs"), new Argument<int>("workers"));
silo.Add(net);
silo.Add(images);
silo.Add(passes);
silo.Add(workers);
silo.Add(folder);
silo.SetAction(async (parsed, _) => await InProcess.Run(
    parsed.GetValue(net)!, await Digits.Find(parsed.GetValue(folder)), parsed.GetValue(images), parsed.GetValue(passes), parsed.GetValue(workers)));
root.Add(silo);

var breakdown = new Command("breakdown", "Measures where the time of a step in one process goes, as a table and a picture.") { folder, output };
breakdown.SetAction(async (parsed, _) => await Breakdown.Run(await Digits.Find(parsed.GetValue(folder)), parsed.GetValue(output)!));
root.Add(breakdown);

var allTasks = new Option<bool>("--all") { Description = "Every task that a loss is for, with all images. Default: its first task, with 3,000 images." };
var losses = new Command("losses", "Trains every loss, and writes a page with a table and plots.") { folder, allTasks, output };
losses.SetAction(async (parsed, _) => await LossTable.Run(await Digits.Find(parsed.GetValue(folder)), parsed.GetValue(allTasks), parsed.GetValue(output)!));
root.Add(losses);

var recipe = new Command("recipe", "Trains the recipe's MLP with ten seeds, with and without its trailing ReLU, and writes a page.") { folder, output };
recipe.SetAction(async (parsed, _) => await RecipeSeeds.Run(await Digits.Find(parsed.GetValue(folder)), parsed.GetValue(output)!));
root.Add(recipe);

var wire = new Command("wire", "Measures what a step's vectors cost between two silo processes, against a plain socket.");
wire.SetAction((_, _) => WireCost.Run());
var ports = new Argument<int[]>("ports") { Arity = ArgumentArity.OneOrMore };
var identity = new Argument<string>("identity");
var peer = new Command("wire-peer") { identity, ports };
peer.Hidden = true;
peer.SetAction((parsed, _) => WireCost.Serve(parsed.GetValue(identity)!, parsed.GetValue(ports)!));
root.Add(wire);
root.Add(peer);

return await root.Parse(args).InvokeAsync();
