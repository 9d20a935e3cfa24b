using System.CommandLine;
using System.Globalization;
using CsCheck;
using Mnist.Distributed.Coordinator.Commands;
using Mnist.Distributed.Coordinator.Commands.Config;
using Mnist.Distributed.Silo;
using Mnist.Distributed.Tests.Processes;
using Mnist.Distributed.Training.Catalogue;
using Xunit;

namespace Mnist.Distributed.Tests.Coordinator.Border;

/// <summary>
/// For any input, a program ends with a documented exit code. If it refuses the input, it prints
/// one sentence: no stack trace, no abort, nothing on standard output. The cases are drawn from the
/// programs' own options and keys, so new options are covered automatically. MNIST_BORDER_CASES is
/// the number of cases of each test, MNIST_BORDER_SEED the first seed.
/// </summary>
public sealed class BorderTests(SmallMnist data) : IAsyncDisposable
{
    private static readonly int Cases = int.Parse(Environment.GetEnvironmentVariable("MNIST_BORDER_CASES") ?? "30", CultureInfo.InvariantCulture);

    private static readonly ulong Seed = ulong.Parse(Environment.GetEnvironmentVariable("MNIST_BORDER_SEED") ?? "7", CultureInfo.InvariantCulture);

    private readonly UserHome _home = new();

    private static IReadOnlyList<Command> Commands { get; } = [.. Leaves(MnistCommandLine.Root(TrainingCatalogue.Standard))];

    /// <summary>Every option of every command, with an unexpected value.</summary>
    [Fact]
    public Task Options_of_mnist() => Each(
        from command in Gen.OneOf<Command>([.. Commands])
        from option in Gen.OneOf<Option>([.. UserDefaults.OptionsOf(command).Where(option => option is not System.CommandLine.Help.HelpOption)])
        from value in BadInput.Value(_home)
        from argument in command.Arguments.Count > 0 ? BadInput.Value(_home) : Gen.Const("")
        from hasArgument in Gen.Bool
        select new Case(
            "mnist",
            [.. PathOf(command), .. command.Arguments.Count == 0 ? [] : hasArgument ? [argument] : (string[])["some-run"], option.Name, .. option.Arity.MaximumNumberOfValues > 0 ? [value] : (string[])[], .. Short(command, option)],
            []));

    /// <summary>
    /// Every environment variable that the programs read, with an unexpected value.
    /// </summary>
    [Fact]
    public Task Environment_of_mnist() => Each(
        from variable in Gen.OneOf<string>(BadInput.Variables)
        from value in BadInput.Value(_home)
        from command in Gen.OneOf<string[]>(
            ["train", "--limit", "30", "--epochs", "1", "--force", "--out", _home["out"]], ["data", "show"], ["cluster", "status"], ["cluster", "list"], ["runs", "list"], ["cluster", "down"])
        select new Case("mnist", command, new() { [variable] = value }));

    /// <summary>
    /// Every key of the silo's configuration, as argument, as variable and in its file.
    /// </summary>
    [Fact]
    public Task Configuration_of_mnist_silo() => Each(
        from key in Gen.OneOf<string>(
        [
            .. SiloOptionTable.All.Select(option => option.Key),
            "Silo:Unknown", "Tracing:FirstSteps", "Tracing:OneIn", "Tracing:Unknown", "Logging:LogLevel:Default", "Logging:Console:FormatterName",
        ])
        from value in BadInput.Value(_home)
        from how in Gen.Int[0, 2]
        select how switch
        {
            0 => new Case("mnist-silo", [.. SiloThatCannotStart, $"--{key}", value], []),
            1 => new Case("mnist-silo", SiloThatCannotStart, new() { [key.Replace(":", "__", StringComparison.Ordinal)] = value }),
            _ => new Case("mnist-silo", SiloThatCannotStart, new() { ["DOTNET_CONTENTROOT"] = BadInput.Settings(_home, key, value) }),
        });

    public ValueTask DisposeAsync() => _home.DisposeAsync();

    /// <summary>
    /// A store that cannot be written, so that a silo with correct options ends too.
    /// </summary>
    private static string[] SiloThatCannotStart => ["--Silo:Store", "sqlite:/proc/none/cluster.db"];

    /// <summary>The commands that do something themselves.</summary>
    private static IEnumerable<Command> Leaves(Command command) => command.Subcommands.SelectMany(Leaves).Concat(command.Action is null ? [] : [command]);

    private static IEnumerable<string> PathOf(Command command) =>
        command.Parents.OfType<Command>().Where(parent => parent is not RootCommand).SelectMany(PathOf).Append(command.Name);

    /// <summary>Options that keep a command short if it accepts the input.</summary>
    private static IEnumerable<string> Short(Command command, Option given)
    {
        (string Option, string Value)[] usual = command.Name switch
        {
            "train" => [("--limit", "30"), ("--epochs", "1"), ("--batch-size", "30")],
            "sweep" => [("--limit", "30"), ("--epochs", "1"), ("--batch-size", "30"), ("--momentum", "0.1,0.2")],
            "chaos" => [("--plan", "nonsense")],
            "up" or "scale" => [("--silos", "0")],
            "plan" => [("--silos", "1")],
            "evaluate" or "predict" or "export" => [("--weights", "nowhere.safetensors")],
            _ => [],
        };
        return usual.Where(option => option.Option != given.Name).SelectMany(option => new[] { option.Option, option.Value });
    }

    private async Task Each(Gen<Case> cases)
    {
        _home.Set("MNIST_DATA", data.Path);
        var random = new PCG(1, Seed);
        for (var i = 0; i < Cases; i++)
        {
            await cases.Generate(random, null, out _).Judge(_home);
        }
    }
}
