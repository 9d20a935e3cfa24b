using System.Reflection;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Training.Assemblies;
using Mnist.Distributed.Training.Catalogue;

namespace Mnist.Distributed.Training.Plugins;

/// <summary>
/// Adds the models of a plug-in to a catalogue. Equal files are loaded once in a process.
/// </summary>
public static class PluginFile
{
    private static readonly Lock Loading = new();
    private static readonly Dictionary<OwnCode, IModelPlugin> Loaded = [];

    /// <summary>A catalogue with the models of a plug-in.</summary>
    /// <param name="start">The catalogue to extend.</param>
    /// <param name="path">The file of the plug-in.</param>
    /// <exception cref="InvalidInputException">
    /// The file is missing or no .NET assembly, may have been written by another user, was built
    /// against another version, has no plug-in class or several, or cannot register its models.
    /// </exception>
    public static TrainingCatalogue AddTo(TrainingCatalogue start, string path) => AddTo(start, CodeFile.Read(path));

    /// <summary>A catalogue with the models of a plug-in that has been read.</summary>
    /// <inheritdoc cref="AddTo(TrainingCatalogue, string)" path="/exception"/>
    internal static TrainingCatalogue AddTo(TrainingCatalogue start, CodeFile file)
    {
        CheckVersions(file);
        try
        {
            return start.With(file.Code, models => PluginOf(file).Register(models));
        }
        catch (InvalidInputException refusal) when (IsOfAnotherVersion(refusal.InnerException))
        {
            throw AnotherVersion(file, Printable.Of(refusal.InnerException!.Message.TrimEnd('.')), refusal.InnerException);
        }
    }

    private static IModelPlugin PluginOf(CodeFile file)
    {
        lock (Loading)
        {
            if (!Loaded.TryGetValue(file.Code, out var plugin))
            {
                plugin = Load(file);
                Loaded.Add(file.Code, plugin);
            }

            return plugin;
        }
    }

    private static IModelPlugin Load(CodeFile file)
    {
        Type[] classes;
        try
        {
            classes = [.. new PluginContext(file).Load().GetExportedTypes()
                .Where(type => type is { IsClass: true, IsAbstract: false, ContainsGenericParameters: false } && typeof(IModelPlugin).IsAssignableFrom(type))];
        }
        catch (Exception damage) when (damage is BadImageFormatException or FileLoadException or FileNotFoundException)
        {
            throw new InvalidInputException(
                $"'{Printable.Of(file.Path)}' cannot be loaded ({Printable.Of(damage.Message.TrimEnd('.'))}): build it again, with the assemblies that it needs beside it.", damage);
        }

        InvalidInputException.Require(
            classes.Length == 1,
            $"'{Printable.Of(file.Path)}' has {(classes.Length == 0 ? "no public class" : $"{classes.Length} public classes ({string.Join(", ", classes.Select(type => Printable.Of(type.Name)))})")} "
            + $"with the interface {nameof(IModelPlugin)}: give it one, which registers the models.");
        InvalidInputException.Require(
            classes[0].GetConstructor(Type.EmptyTypes) is not null,
            $"The class {Printable.Of(classes[0].Name)} in '{Printable.Of(file.Path)}' has no public constructor without parameters: give it one.");
        try
        {
            return (IModelPlugin)Activator.CreateInstance(classes[0])!;
        }
        catch (TargetInvocationException failure)
        {
            // The caller says whose code has thrown.
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure.InnerException!);
            throw;
        }
    }

    private static void CheckVersions(CodeFile file)
    {
        foreach (var reference in file.References.Where(reference => SharedAssemblies.IsVersioned(reference.Name!)))
        {
            var here = AppDomain.CurrentDomain.GetAssemblies().FirstOrDefault(known => known.GetName().Name == reference.Name)?.GetName().Version;
            if (here is not null && here != reference.Version)
            {
                throw AnotherVersion(file, $"{reference.Name} {reference.Version}, and this program has {here}", null);
            }
        }
    }

    private static bool IsOfAnotherVersion(Exception? failure) => failure is TypeLoadException or MissingMemberException;

    private static InvalidInputException AnotherVersion(CodeFile file, string difference, Exception? cause) =>
        new($"'{Printable.Of(file.Path)}' was built against another version of this program ({difference}): build it against this one.", cause!);
}
