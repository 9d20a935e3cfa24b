using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Tests.Samples;
using Mnist.Distributed.Tests.Training.Files;
using Mnist.Distributed.Training.Catalogue;
using Mnist.Distributed.Training.Plugins;
using Xunit;

namespace Mnist.Distributed.Tests.Training.Plugins;

/// <summary>
/// A silo takes the models of a plan from its folder, and only the file that the plan means.
/// </summary>
public sealed class ModelFolderTests : IDisposable
{
    private static readonly TrainingPlan Plan = PluginFile.AddTo(TrainingCatalogue.Standard, Sample.Assembly).Complete(new TrainingPlan { Model = Sample.Model });

    private readonly TemporaryFolder _folder = new();

    private string File => _folder[Plan.ModelsFile!];

    [Fact]
    public void The_file_of_the_plan_is_found()
    {
        System.IO.File.Copy(Sample.Assembly, File);

        Assert.Equal(Plan, CatalogueOf(_folder.Path).Complete(Plan));
    }

    [Fact]
    public void A_plan_without_a_file_gets_the_catalogue_of_the_program() => Assert.Same(TrainingCatalogue.Standard, new ModelFolder(TrainingCatalogue.Standard, null).CatalogueFor(new TrainingPlan(), "a"));

    /// <summary>A file may come, and be replaced, while the silo runs.</summary>
    [Fact]
    public void A_refused_plan_is_taken_once_the_file_is_right()
    {
        var folder = new ModelFolder(TrainingCatalogue.Standard, _folder.Path);
        Assert.Contains("does not find", Refusal(folder), StringComparison.Ordinal);
        System.IO.File.WriteAllBytes(File, [.. System.IO.File.ReadAllBytes(Sample.Assembly), 1]);
        Assert.Contains("but the run needs OwnModel.dll with SHA-256 ", Refusal(folder), StringComparison.Ordinal);
        System.IO.File.Copy(Sample.Assembly, File, overwrite: true);

        Assert.Equal(Plan, folder.CatalogueFor(Plan, "a").Complete(Plan));
    }

    [Fact]
    public void A_silo_without_a_folder_refuses() => Assert.Contains("has no folder with models", Refusal(new ModelFolder(TrainingCatalogue.Standard, null)), StringComparison.Ordinal);

    /// <summary>A program of one's own in another build has other code under the same name.</summary>
    [Fact]
    public void A_program_of_another_build_refuses()
    {
        System.IO.File.WriteAllBytes(File, [.. System.IO.File.ReadAllBytes(Sample.Assembly), 2]);
        var other = PluginFile.AddTo(TrainingCatalogue.Standard, File);

        Assert.Contains("start this silo with the same build of the program", Refusal(new ModelFolder(other, null)), StringComparison.Ordinal);
        Assert.Contains("The plan needs the models of OwnModel.dll", Assert.Throws<InvalidInputException>(() => other.Complete(Plan)).Message, StringComparison.Ordinal);
    }

    /// <summary>The plan comes over the wire, and its file is looked for in the folder alone.</summary>
    [Theory]
    [InlineData("../OwnModel.dll")]
    [InlineData("/tmp/OwnModel.dll")]
    [InlineData("a\\OwnModel.dll")]
    [InlineData("C:OwnModel.dll")]
    [InlineData("..")]
    [InlineData("")]
    public void A_file_elsewhere_is_refused(string file)
    {
        var folder = new ModelFolder(TrainingCatalogue.Standard, _folder.Path);

        var refusal = Assert.Throws<InvalidInputException>(() => folder.CatalogueFor(Plan with { ModelsFile = file }, "a"));

        Assert.Contains("ModelsFile must be the name of a file", refusal.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static TrainingCatalogue CatalogueOf(string folder) => new ModelFolder(TrainingCatalogue.Standard, folder).CatalogueFor(Plan, "a");

    private static string Refusal(ModelFolder folder) => Assert.Throws<InvalidInputException>(() => folder.CatalogueFor(Plan, "a")).Message;
}
