using System.CommandLine;
using System.Globalization;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Coordinator.Commands.Options;
using Mnist.Distributed.Coordinator.Terminal;

namespace Mnist.Distributed.Coordinator.Commands.Clean;

/// <summary>
/// <c>mnist clean</c>: shows which files the programs have left where, and removes those that are
/// named.
/// </summary>
internal static class CleanCommand
{
    private static readonly string Examples = $"""
        Shows which files the programs have left where. Removes those that are named: 'data' names all data sets, 'data:mnist' one of them.
        {string.Join("\n", StoredPlaces.Kinds.Select(kind => $"  {kind.Kind,-10} {kind.Help}"))}

        Examples:
          mnist clean
          mnist clean data native                       removes what can be had again
          mnist clean logs state:local                  removes the logs of all clusters, and cluster 'local' with its runs
          mnist clean --all --dry-run                   tells what would go; 'authority' and 'runs' must be named
        """;

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var names = new Argument<string[]>("what") { Description = "What is removed. Default: nothing.", HelpName = "WHAT", Arity = ArgumentArity.ZeroOrMore };
        var all = OptionKind.Flag("--all", "Remove everything but authorities and the folder 'runs'.");
        var dry = OptionKind.Flag("--dry-run", "Remove nothing; tell what would be removed.");
        var json = SharedOptions.Json();
        var command = new Command("clean", Examples) { names, all, dry, json };
        command.SetAction(async (parsed, _) =>
        {
            var places = StoredPlaces.Find();
            if (parsed.GetValue(names) is not [_, ..] && !parsed.GetValue(all))
            {
                InvalidInputException.Require(!parsed.GetValue(dry), "--dry-run tells what would be removed: name that too, as in 'mnist clean data --dry-run'.");
                List(places, parsed.GetValue(json));
                return ExitCode.Done;
            }

            var chosen = Choose(places, parsed.GetValue(names) ?? [], parsed.GetValue(all));
            await Remove(chosen, parsed.GetValue(dry), parsed.GetValue(json));
            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>
    /// The places that the user has named. A place that must stay is refused if its full name was
    /// given; else it is left out, with a sentence.
    /// </summary>
    private static IReadOnlyList<StoredPlace> Choose(IReadOnlyList<StoredPlace> places, IReadOnlyList<string> names, bool all)
    {
        foreach (var name in names)
        {
            InvalidInputException.Require(
                StoredPlaces.Kinds.Any(kind => kind.Kind == name) || places.Any(place => place.Name == name),
                $"There is no '{Printable.Of(name)}' to remove: use one of {string.Join(", ", StoredPlaces.Kinds.Select(kind => kind.Kind).Concat(places.Select(place => place.Name)).Distinct())}.");
        }

        var chosen = places.Where(place => names.Contains(place.Name) || names.Contains(place.Kind) || (all && !place.IsPrecious)).ToArray();
        foreach (var staying in chosen.Where(place => place.Obstacle is not null))
        {
            InvalidInputException.Require(!names.Contains(staying.Name), $"{staying.Obstacle}.");
            Console.Error.WriteLine($"mnist: {staying.Name} stays. {staying.Obstacle}.");
        }

        return [.. chosen.Where(place => place.Obstacle is null)];
    }

    private static void List(IReadOnlyList<StoredPlace> places, bool json)
    {
        var sized = places.Select(place => (Place: place, Size: FolderSize.Of(place.Entries))).ToArray();
        if (json)
        {
            foreach (var (place, size) in sized)
            {
                Json.Print(new { What = place.Name, place.Path, size.Bytes, size.Files, Stays = place.Obstacle });
            }
        }
        else if (sized.Length == 0)
        {
            Console.WriteLine("The programs have left no files.");
        }
        else
        {
            TextTable.Print(["what", " size", " files", "folder"], sized.Select(one => (string[])
                [one.Place.Name, ByteCount.Of(one.Size.Bytes), one.Size.Files.ToString(CultureInfo.InvariantCulture), one.Place.Path]));
        }
    }

    private static async Task Remove(IReadOnlyList<StoredPlace> places, bool dry, bool json)
    {
        var freed = 0L;
        foreach (var place in places)
        {
            var size = FolderSize.Of(place.Entries);
            if (!dry)
            {
                SlowWork.Is($"removing {place.Name}");
                await place.Remove();
                SlowWork.Is(null);
            }

            freed += size.Bytes;
            if (json)
            {
                Json.Print(new { What = place.Name, place.Path, size.Bytes, size.Files, Removed = !dry });
            }
            else
            {
                Paragraph.Print($"{(dry ? "would remove" : "removed")} {place.Name}: {Quantity.Of(size.Files, "file")}, {ByteCount.Of(size.Bytes)}, in {place.Path}");
            }
        }

        if (!json)
        {
            Console.WriteLine(places.Count == 0 ? "There is nothing to remove." : $"{ByteCount.Of(freed)} {(dry ? "would be" : "are")} free.");
        }
    }
}
