using System.Text.RegularExpressions;

namespace Mnist.Distributed.Tests.Boundaries.Sources;

/// <summary>
/// Finds folders that use each other in a loop. A folder uses another one where its code names a
/// type that the other one declares, and the type's namespace is imported, encloses the code or
/// stands before the name. A type that several folders declare is left out.
/// </summary>
internal static partial class FolderCycles
{
    /// <summary>The loops; each folder is in one at most.</summary>
    public static IReadOnlyList<FolderCycle> Of(IReadOnlyList<SourceFile> files)
    {
        var uses = UsesOf([.. files.Select(file => new Parsed(file))]);
        var reached = uses.Select(use => use.From).Distinct().ToDictionary(folder => folder, folder => Reached(folder, uses));
        return
        [
            .. reached.Keys.Where(folder => reached[folder].Contains(folder))
                .GroupBy(folder => reached[folder].Where(other => reached.TryGetValue(other, out var back) && back.Contains(folder)).Min(StringComparer.Ordinal))
                .Select(loop => new FolderCycle(
                    [.. loop.Order(StringComparer.Ordinal)],
                    [.. uses.Where(use => loop.Contains(use.From) && loop.Contains(use.To)).OrderBy(use => use.From + " " + use.To, StringComparer.Ordinal)]))
                .OrderBy(cycle => cycle.Folders[0], StringComparer.Ordinal),
        ];
    }

    /// <summary>One use, the first that is found, for each pair of folders.</summary>
    private static IReadOnlyList<FolderUse> UsesOf(IReadOnlyList<Parsed> files)
    {
        var types = files.SelectMany(file => file.Types.Select(type => (Name: type, file.Folder, file.Namespace)))
            .GroupBy(type => type.Name)
            .Where(same => same.Select(type => type.Folder).Distinct().Count() == 1)
            .ToDictionary(same => same.Key, same => same.First());
        var everywhere = files.SelectMany(file => file.GlobalImports).ToHashSet();
        var found =
            from file in files
            from named in file.Names
            where types.ContainsKey(named.Name)
            let type = types[named.Name]
            where type.Folder != file.Folder && IsMeant(named.Qualifier, type.Namespace, file, everywhere)
            select new FolderUse(file.Folder, type.Folder, file.Name, named.Name);
        return [.. found.DistinctBy(use => (use.From, use.To))];
    }

    private static bool IsMeant(string qualifier, string space, Parsed file, HashSet<string> everywhere) => qualifier.Length > 0
        ? space == qualifier || space.EndsWith($".{qualifier}", StringComparison.Ordinal)
        : file.Imports.Contains(space) || everywhere.Contains(space) || file.Namespace == space || file.Namespace.StartsWith($"{space}.", StringComparison.Ordinal);

    private static HashSet<string> Reached(string start, IReadOnlyList<FolderUse> uses)
    {
        var reached = new HashSet<string>();
        var open = new Stack<string>([start]);
        while (open.TryPop(out var folder))
        {
            foreach (var use in uses.Where(use => use.From == folder && reached.Add(use.To)))
            {
                open.Push(use.To);
            }
        }

        return reached;
    }

    [GeneratedRegex(@"^\s*(?:public|internal|file)\s+(?:[a-z]+\s+)*?(?:class|struct|record(?:\s+(?:struct|class))?|interface|enum|delegate\s+[\w<>?\[\], ]+?)\s+(\w+)", RegexOptions.Multiline)]
    private static partial Regex Declaration();

    [GeneratedRegex(@"^namespace\s+([\w.]+)", RegexOptions.Multiline)]
    private static partial Regex NamespaceLine();

    [GeneratedRegex(@"^\s*(global )?using (static |\w+ = )?([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Import();

    [GeneratedRegex(@"(?<!\w|(?<!\.)\.)(?:\w+\.)*\w+")]
    private static partial Regex DottedName();

    /// <summary>The declarations, imports and names of a file.</summary>
    private sealed class Parsed
    {
        public Parsed(SourceFile file)
        {
            var code = file.Code;
            var imports = Import().Matches(code);
            (Folder, Name) = (file.Folder, file.Name);
            Namespace = NamespaceLine().Match(code).Groups[1].Value;
            Types = [.. Declaration().Matches(code).Select(match => match.Groups[1].Value)];
            Imports = [.. imports.Where(match => match.Groups[2].Length == 0).Select(match => match.Groups[3].Value)];
            GlobalImports = [.. imports.Where(match => match.Groups[1].Length > 0 && match.Groups[2].Length == 0).Select(match => match.Groups[3].Value)];

            // An alias and a static import name a type; other imports name none.
            var dotted = DottedName().Matches(NamespaceLine().Replace(Import().Replace(code, ""), "")).Select(match => match.Value)
                .Concat(imports.Where(match => match.Groups[2].Length > 0).Select(match => match.Groups[3].Value));
            Names = [.. dotted.SelectMany(Parts)];
        }

        public string Folder { get; }

        public string Name { get; }

        public string Namespace { get; }

        public IReadOnlyList<string> Types { get; }

        public HashSet<string> Imports { get; }

        public IReadOnlyList<string> GlobalImports { get; }

        public HashSet<(string Qualifier, string Name)> Names { get; }

        /// <summary>Each part of a dotted name, with what stands before it.</summary>
        private static IEnumerable<(string Qualifier, string Name)> Parts(string dotted)
        {
            var parts = dotted.Split('.');
            return parts.Select((part, at) => (string.Join('.', parts[..at]), part));
        }
    }
}

/// <summary>Folders that use each other in a loop.</summary>
/// <param name="Folders">The folders.</param>
/// <param name="Uses">How they use each other.</param>
internal sealed record FolderCycle(IReadOnlyList<string> Folders, IReadOnlyList<FolderUse> Uses)
{
    /// <inheritdoc />
    public override string ToString() =>
        $"{Folders.Count} folders use each other in a loop: {string.Join(", ", Folders)}\n{string.Join('\n', Uses.Select(use => $"  {use}"))}";
}

/// <summary>A folder's use of another one.</summary>
/// <param name="From">The folder that uses.</param>
/// <param name="To">The folder that is used.</param>
/// <param name="File">A file of the first one.</param>
/// <param name="Type">A type of the other one that the file names.</param>
internal sealed record FolderUse(string From, string To, string File, string Type)
{
    /// <inheritdoc />
    public override string ToString() => $"{From} uses {To}: {File} -> {Type}";
}
