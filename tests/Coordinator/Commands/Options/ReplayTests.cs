using System.CommandLine;
using Mnist.Distributed.Coordinator.Clusters;
using Mnist.Distributed.Coordinator.Commands.Chaos;
using Mnist.Distributed.Coordinator.Commands.Options;
using Mnist.Distributed.Coordinator.Commands.Train;
using Mnist.Distributed.Training.Catalogue;
using Xunit;

namespace Mnist.Distributed.Tests.Coordinator.Commands.Options;

public sealed class ReplayTests
{
    /// <summary>The printed options parse to the options that were given.</summary>
    [Fact]
    public void A_schedule_is_repeated_with_all_that_was_given_but_the_schedules()
    {
        var command = ChaosCommand.Create(TrainingCatalogue.Standard, SiloProgram.BuiltIn);
        string[] given = ["--seed", "3", "--epochs", "20", "--data", "/some where", "--schedules", "9", "--json", "--silos", "4"];
        var parsed = command.Parse(given);
        Option[] without = [.. command.Options.Where(option => option.Name is "--seed" or "--schedules" or "--json")];

        Assert.Equal(["--epochs", "20", "--data", "'/some where'", "--silos", "4"], Replay.Options(parsed, without));
    }

    /// <summary>A name precedes each value, and no value can be taken for an option.</summary>
    [Fact]
    public void Several_values_and_values_with_a_dash_parse_to_the_same()
    {
        var command = TrainCommand.Create(TrainingCatalogue.Standard, SiloProgram.BuiltIn);
        string[] given = ["--tag", "a", "--tag", "b", "--notes=--force", "--no-shuffle"];

        Assert.Equal(given, Replay.Options(command.Parse(given)));
        Assert.Equal(given, Replay.Typed(command.Parse([.. given, "--detach"]), command.Options.Single(option => option.Name == "--detach")));
    }
}
