using System.Text;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Tests.Samples;
using Mnist.Distributed.Tests.Training.Files;
using Mnist.Distributed.Training.Catalogue;
using Mnist.Distributed.Training.Plugins;
using Xunit;

namespace Mnist.Distributed.Tests.Training.Plugins;

/// <summary>A file with models is loaded, or refused with one sentence that says why.</summary>
public sealed class PluginFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string File => _folder["Own.dll"];

    [Fact]
    public void The_models_of_a_plugin_stand_beside_the_built_in_ones()
    {
        var extended = PluginFile.AddTo(TrainingCatalogue.Standard, Sample.Assembly);

        Assert.Equal([.. TrainingCatalogue.Standard.Models.Select(model => model.Name), Sample.Model], extended.Models.Select(model => model.Name));
    }

    [Fact]
    public void A_plan_of_its_model_names_the_file_and_its_SHA_256_and_no_other_plan_does()
    {
        var extended = PluginFile.AddTo(TrainingCatalogue.Standard, Sample.Assembly);

        var own = extended.Complete(new TrainingPlan { Model = Sample.Model });
        var builtIn = extended.Complete(new TrainingPlan());

        Assert.Equal("OwnModel.dll", own.ModelsFile);
        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.IO.File.ReadAllBytes(Sample.Assembly))), own.ModelsSha256);
        Assert.Equal((null, null), (builtIn.ModelsFile, builtIn.ModelsSha256));
        Assert.Equal(TrainingCatalogue.Standard.Complete(new TrainingPlan()), builtIn);
    }

    [Fact]
    public void A_file_that_is_not_there_is_refused() => Refuses("does not exist", File);

    [Theory]
    [InlineData("MZ")]
    [InlineData("not an assembly at all")]
    public void A_file_that_is_no_assembly_is_refused(string content) => Refuses("is not a .NET assembly", _folder.Write("Own.dll", Encoding.UTF8.GetBytes(content)));

    /// <summary>Whatever is cut off or changed, the answer is a sentence.</summary>
    [Fact]
    public void A_damaged_assembly_is_refused_or_loaded_and_nothing_else()
    {
        var whole = System.IO.File.ReadAllBytes(new PluginAssembly("Damaged").With("Plugin", PluginAssembly.Nothing).Save(File));
        var random = new Random(5);
        for (var i = 0; i < 200; i++)
        {
            var bytes = whole[..(i % 2 == 0 ? whole.Length : random.Next(1, whole.Length))];
            for (var change = 0; change < i % 5; change++)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            try
            {
                PluginFile.AddTo(TrainingCatalogue.Standard, _folder.Write("Own.dll", bytes));
            }
            catch (InvalidInputException refusal)
            {
                Assert.Contains("Own.dll", refusal.Message, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void An_assembly_without_a_plugin_class_is_refused() => Refuses("no public class with the interface IModelPlugin", new PluginAssembly("None").WithOtherClass("Other").Save(File));

    [Fact]
    public void An_assembly_with_two_plugin_classes_is_refused() => Refuses(
        "2 public classes (First, Second)", new PluginAssembly("Two").With("First", PluginAssembly.Nothing).With("Second", PluginAssembly.Nothing).Save(File));

    [Fact]
    public void A_plugin_class_that_wants_arguments_is_refused() => Refuses(
        "has no public constructor without parameters", new PluginAssembly("Arguments").With("Plugin", PluginAssembly.Nothing, typeof(int)).Save(File));

    [Fact]
    public void A_plugin_that_throws_while_registering_is_refused() => Refuses(
        "could not register its models (InvalidOperationException: no luck today)", new PluginAssembly("Throws").With("Plugin", PluginAssembly.Throw).Save(File));

    [Fact]
    public void A_plugin_with_a_name_that_exists_is_refused()
    {
        var extended = PluginFile.AddTo(TrainingCatalogue.Standard, Sample.Assembly);

        var refusal = Assert.Throws<InvalidInputException>(() => PluginFile.AddTo(extended, Sample.Assembly));

        Assert.Contains("but there is one of that name already", refusal.Message, StringComparison.Ordinal);
    }

    /// <summary>The version in a reference to this project is changed in the file.</summary>
    [Fact]
    public void An_assembly_that_was_built_against_another_version_is_refused()
    {
        var path = new PluginAssembly("Version").With("Plugin", PluginAssembly.Nothing).Save(File);
        AssemblyVersions.Change(path, "Mnist.Distributed.Training", major: 7);

        Refuses("was built against another version of this program (Mnist.Distributed.Training 7.", path);
    }

    public void Dispose() => _folder.Dispose();

    private static void Refuses(string why, string path) =>
        Assert.Contains(why, Assert.Throws<InvalidInputException>(() => PluginFile.AddTo(TrainingCatalogue.Standard, path)).Message, StringComparison.Ordinal);
}
