using System.CommandLine;
using Mnist.Distributed.Coordinator.Sweeps;
using Mnist.Distributed.Coordinator.Sweeps.Displays;
using Mnist.Distributed.Coordinator.Terminal;

namespace Mnist.Distributed.Coordinator.Commands.Sweep;

/// <summary><c>mnist sweep show</c>: the table of a sweep at this moment.</summary>
internal static class SweepShowCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new OneSweepCommand("show", "Shows a sweep: its table and its best command.");
        command.SetSweepAction(async (found, parsed) =>
        {
            var sweep = found.Stored?.Current;
            if (found.Home is { } home)
            {
                await using var cluster = await home.Connect();
                sweep = SweepSession.Results(await OneSweepCommand.Describe(cluster.Grains, found));
            }

            if (parsed.GetValue(command.Json))
            {
                Json.Print(JsonSweepDisplay.Summary(sweep!, null, found.Stored?.Folder));
            }
            else
            {
                SweepText.Print(sweep!, found.Stored?.Folder);
            }

            return ExitCode.Done;
        });
        return command;
    }
}
