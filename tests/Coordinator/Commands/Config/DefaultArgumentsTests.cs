using System.CommandLine;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Coordinator.Commands;
using Mnist.Distributed.Coordinator.Commands.Config;
using Mnist.Distributed.Coordinator.Commands.Options;
using Mnist.Distributed.Training.Catalogue;
using Xunit;

namespace Mnist.Distributed.Tests.Coordinator.Commands.Config;

public sealed class DefaultArgumentsTests
{
    private static readonly ParserConfiguration Grammar = new() { ResponseFileTokenReplacer = null };

    private readonly ProgramCommand _root = MnistCommandLine.Root(TrainingCatalogue.Standard);

    [Fact]
    public void What_is_typed_wins_over_every_default()
    {
        var parsed = Parse("train --lr 0.4 --epochs 2", Of("lr", "0.3", DefaultOrigin.Variable), Of("epochs", "7", DefaultOrigin.User));

        Assert.Equal(0.4f, parsed.GetValue<float?>("--lr"));
        Assert.Equal(2, parsed.GetValue<int?>("--epochs"));
        Assert.Empty(_root.Defaults);
    }

    [Fact]
    public void The_first_default_for_the_command_wins()
    {
        Default[] set =
        [
            Of("workers", "2", DefaultOrigin.Variable),
            Of("epochs", "3", DefaultOrigin.WorkingFolder, "train"),
            Of("epochs", "4", DefaultOrigin.WorkingFolder),
            Of("workers", "5", DefaultOrigin.User),
        ];

        Assert.Equal((2, 3), (Parse("train", set).GetValue<int>("--workers"), Parse("train", set).GetValue<int?>("--epochs")));
        Assert.Equal((2, 4), (Parse("chaos", set).GetValue<int>("--workers"), Parse("chaos", set).GetValue<int>("--epochs")));
    }

    [Fact]
    public void A_default_for_a_group_is_for_its_commands()
    {
        Default[] set = [Of("cluster", "demo", DefaultOrigin.User, "cluster")];

        Assert.Equal("demo", Parse("cluster identity list", set).GetValue<string>("--cluster"));
        Assert.Null(Parse("runs list", set).GetValue<string?>("--cluster"));
    }

    [Theory]
    [InlineData("true", true)]
    [InlineData("1", true)]
    [InlineData("false", false)]
    public void A_flag_is_set_or_not(string value, bool isSet) => Assert.Equal(isSet, Parse("train", Of("no-shuffle", value, DefaultOrigin.User)).GetValue<bool>("--no-shuffle"));

    [Fact]
    public void A_value_that_looks_like_an_option_stays_a_value() =>
        Assert.Equal("--json", Parse("train", Of("out", "--json", DefaultOrigin.User)).GetValue<string?>("--out"));

    [Fact]
    public void Defaults_stand_before_the_words_that_are_no_options()
    {
        var parsed = Parse("predict --weights w -- -x.png", Of("json", "true", DefaultOrigin.User));

        Assert.Equal(["-x.png"], parsed.GetValue<string[]>("image")!);
        Assert.True(parsed.GetValue<bool>("--json"));
    }

    [Theory]
    [InlineData("lr", "fast", "'lr' in FILE cannot be used: --lr must be a number, but is 'fast'.")]
    [InlineData("epochs", "", "'epochs' in FILE cannot be used: ")]
    [InlineData("no-shuffle", "maybe", "'no-shuffle' in FILE must be true or false, but is 'maybe'.")]
    public void A_value_that_the_option_refuses_names_its_place(string key, string value, string sentence) =>
        Assert.StartsWith(sentence, Assert.Throws<InvalidInputException>(() => Parse("train", Of(key, value, DefaultOrigin.User))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("models-from")]
    [InlineData("store")]
    [InlineData("gateways")]
    [InlineData("identity")]
    [InlineData("insecure")]
    [InlineData("out")]
    [InlineData("force")]
    public void What_only_the_user_may_set_is_not_taken_from_the_working_folder(string key)
    {
        var refusal = Assert.Throws<InvalidInputException>(() => Parse("train", Of(key, "true", DefaultOrigin.WorkingFolder)));

        Assert.Contains("is not taken from a file in the working folder", refusal.Message, StringComparison.Ordinal);
        _ = Parse("train", Of(key, "true", DefaultOrigin.User));
    }

    [Theory]
    [InlineData("learning-rat", "", "'learning-rat' in FILE is no option")]
    [InlineData("epoch", "", "did you mean epochs?")]
    [InlineData("batch_size", "train", "did you mean batch-size?")]
    [InlineData("lr", "trian", "did you mean train?")]
    [InlineData("silos", "train", "is no option")]
    public void A_key_that_no_command_has_is_refused(string key, string scope, string sentence)
    {
        var defaults = new UserDefaults([Of(key, "1", DefaultOrigin.User, scope)]);

        Assert.Contains(sentence, Assert.Throws<InvalidInputException>(() => defaults.Check(_root, "train", knowsAllModels: true)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_for_another_command_is_looked_at_when_that_command_runs()
    {
        var defaults = new UserDefaults([Of("epoch", "1", DefaultOrigin.User, "train")]);

        defaults.Check(_root, "plan", knowsAllModels: true);
        Assert.Throws<InvalidInputException>(() => defaults.Check(_root, null, knowsAllModels: true));
    }

    [Fact]
    public void The_command_that_repeats_a_run_has_the_defaults_but_not_the_access_to_a_cluster()
    {
        var parsed = Parse(
            "train --epochs 3", Of("lr", "0.3", DefaultOrigin.Variable), Of("store", "redis:db", DefaultOrigin.User), Of("no-shuffle", "true", DefaultOrigin.WorkingFolder));

        Assert.Equal(["--epochs", "--lr", "--no-shuffle", "0.3", "3"], Replay.Options(parsed).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Only_what_is_typed_counts_as_typed()
    {
        var parsed = Parse("train --epochs 3", Of("slices", "2", DefaultOrigin.User));

        Assert.Equal(["--epochs"], parsed.Typed().Select(result => result.Option.Name));
        Assert.Equal(2, parsed.GetValue<int>("--slices"));
    }

    private ParseResult Parse(string typed, params Default[] set) => DefaultArguments.Parse(_root, typed.Split(' '), new UserDefaults(set), Grammar);

    private static Default Of(string key, string value, DefaultOrigin origin, string scope = "") =>
        new(key, scope, [value], origin, origin == DefaultOrigin.Variable ? UserDefaults.VariableOf(new Option<string>($"--{key}")) : $"'{key}' in FILE");
}
