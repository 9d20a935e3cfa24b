using System.CommandLine;
using System.Globalization;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Coordinator.Commands.Options;
using Mnist.Distributed.Coordinator.Terminal;
using Mnist.Distributed.Training.Catalogue;
using Mnist.Distributed.Training.Data;

namespace Mnist.Distributed.Coordinator.Commands;

/// <summary>
/// <c>mnist data</c>: shows which data sets are on this machine, and downloads missing ones.
/// </summary>
internal static class DataCommand
{
    private const string Examples = """
        Shows where the data sets are on this machine, and fetches those that are not.

        Examples:
          mnist data show
          mnist data show --data path/to/mnist
          mnist data show --task strings                draws samples of a task to strings.png
          mnist data fetch --dataset fashion-mnist
        """;

    /// <summary>The command.</summary>
    public static Command Create(TrainingCatalogue catalogue) => new("data", Examples) { Show(catalogue), Fetch() };

    private static Command Show(TrainingCatalogue catalogue)
    {
        var data = SharedOptions.Data();
        var size = SharedOptions.ImageSize();
        var samples = new TaskPicture(catalogue);
        var json = SharedOptions.Json();
        var command = new Command("show", "Shows each data set: where it is, how many images, whether its checksums match. With --task, draws samples of a task.") { data, size, json };
        samples.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            if (samples.IsAskedFor(parsed))
            {
                await samples.Draw(parsed, parsed.GetValue(data), parsed.GetValue(size), cancellation);
                return ExitCode.Done;
            }

            SlowWork.Is("looking for the data sets and checking their files");
            foreach (var found in UserDataSets.Loader().Locate(parsed.GetValue(data), parsed.GetValue(size)))
            {
                if (parsed.GetValue(json))
                {
                    Json.Print(found);
                    continue;
                }

                var where = found.Folder is null ? "" : $" in {found.Folder}";
                var counts = found.TrainCount == 0
                    ? ""
                    : string.Create(CultureInfo.InvariantCulture, $", {found.TrainCount:N0} training and {found.TestCount:N0} test images");
                Console.WriteLine($"{found.Name}: {found.Status.ToString().ToLowerInvariant()}{where}{counts}");
                if ((found.Problem ?? found.Note) is { } remark)
                {
                    Console.WriteLine($"  {remark}");
                }
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static Command Fetch()
    {
        var dataset = OptionKind.Text("--dataset", "NAME", $"{SharedOptions.DataSets}.", "mnist").Takes(ValueKind.DataSet);
        var json = SharedOptions.Json();
        var command = new Command("fetch", "Downloads a data set to the cache, or makes the synthetic one, unless it is there.") { dataset, json };
        command.SetAction(async (parsed, _) =>
        {
            using var interrupts = new Interrupts();
            SlowWork.Is($"looking for the data set {Printable.Of(parsed.GetValue(dataset)!)}");
            var note = Remarks.Among(parsed.GetValue(json));
            var set = await DataSource.Find(parsed.GetValue(dataset)!, null, size: null, given: true, note, interrupts.Requested);
            if (parsed.GetValue(json))
            {
                Json.Print(new { set.Name, set.Origin, TrainCount = set.Train.Count, TestCount = set.Test.Count, set.Digest });
            }
            else
            {
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{set.Name}: {set.Train.Count:N0} training and {set.Test.Count:N0} test images, {set.Origin}"));
            }

            return ExitCode.Done;
        });
        return command;
    }
}
