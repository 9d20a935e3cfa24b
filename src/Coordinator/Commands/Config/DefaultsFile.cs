using System.Text.Json;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Coordinator.Commands.Options;
using Mnist.Distributed.Training.Files;

namespace Mnist.Distributed.Coordinator.Commands.Config;

/// <summary>
/// A file <c>mnist.json</c> with defaults for options. Its keys are names of options, and hold for
/// every command with such an option; an object that is named like a command holds for that command
/// alone.
/// </summary>
/// <example>
/// <code>{"lr": 0.05, "train": {"workers": 4}, "cluster up": {"silos": 5}}</code>
/// </example>
internal static class DefaultsFile
{
    private const string Name = "mnist.json";
    private const int MostBytes = 1 << 20;

    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, AllowDuplicateProperties = false };

    /// <summary>
    /// The files, those that win first. A user without a home folder has no file of his own.
    /// </summary>
    public static IReadOnlyList<(DefaultOrigin Origin, string Path)> Places()
    {
        var working = Path.GetFullPath(Name);
        return OfUser() is not { } own ? [(DefaultOrigin.WorkingFolder, working)]
            : own == working ? [(DefaultOrigin.User, own)]
            : [(DefaultOrigin.WorkingFolder, working), (DefaultOrigin.User, own)];
    }

    /// <summary>The defaults in a file; none if it does not exist.</summary>
    /// <exception cref="InvalidInputException">
    /// The file cannot be read, others may have written it, or it is no such file.
    /// </exception>
    public static IReadOnlyList<Default> Read(DefaultOrigin origin, string path)
    {
        if (!File.Exists(path))
        {
            return [];
        }

        var name = Printable.Of(path);
        try
        {
            TrustedFile.Require(path);

            // The length is looked at before the file is opened: a pipe would be waited for.
            var length = (File.ResolveLinkTarget(path, returnFinalTarget: true) as FileInfo ?? new FileInfo(path)).Length;
            InvalidInputException.Require(length is > 0 and <= MostBytes, $"{name} is empty, too large or no regular file: write {{}} for no defaults, or remove it.");
            using var document = JsonDocument.Parse(File.ReadAllBytes(path), Lenient);
            InvalidInputException.Require(document.RootElement.ValueKind == JsonValueKind.Object, $"{name} must be a JSON object, such as {{\"epochs\": 5}}.");
            return [.. document.RootElement.EnumerateObject().SelectMany(property => property.Value.ValueKind == JsonValueKind.Object
                ? property.Value.EnumerateObject().Select(inner => Of(inner, property.Name))
                : [Of(property, "")])];
        }
        catch (JsonException malformed)
        {
            throw new InvalidInputException($"{name} is not valid JSON ({Printable.Of(malformed.Message.TrimEnd('.'))}): correct it or remove it.", malformed);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"{name} cannot be read ({Printable.Of(failure.Message.TrimEnd('.'))}): make it readable or remove it.", failure);
        }

        Default Of(JsonProperty property, string scope)
        {
            var source = $"'{(scope.Length > 0 ? $"{Printable.Of(scope)}: " : "")}{Printable.Of(property.Name)}' in {name}";
            var values = property.Value.ValueKind == JsonValueKind.Array ? property.Value.EnumerateArray().Select(Text).ToArray() : [Text(property.Value)];
            return new Default(
                property.Name,
                scope,
                [.. values.Select(value => value ?? throw new InvalidInputException($"{source} must be a text, a number, true or false: correct it or leave it out."))],
                origin,
                source);
        }
    }

    private static string? Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number => value.GetRawText(),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => null,
    };

    private static string? OfUser()
    {
        try
        {
            return Path.Combine(UserFolders.Config, Name);
        }
        catch (InvalidInputException)
        {
            return null;
        }
    }
}
