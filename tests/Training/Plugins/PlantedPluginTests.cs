using System.Runtime.Versioning;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Tests.Samples;
using Mnist.Distributed.Tests.Training.Files;
using Mnist.Distributed.Training.Assemblies;
using Mnist.Distributed.Training.Catalogue;
using Mnist.Distributed.Training.Plugins;
using Xunit;

namespace Mnist.Distributed.Tests.Training.Plugins;

/// <summary>
/// Code that another user may have written is not loaded, even if its SHA-256 is right now.
/// </summary>
[UnsupportedOSPlatform("windows")]
public sealed class PlantedPluginTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public PlantedPluginTests()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Files have no modes here.");
        File.Copy(Sample.Assembly, Plugin);
    }

    private string Plugin => _folder["OwnModel.dll"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_file_that_others_may_write_is_not_loaded()
    {
        File.SetUnixFileMode(Plugin, (UnixFileMode)0b110_110_110);

        AreRefused($"'chmod go-w {Plugin}'");
    }

    [Fact]
    public void A_file_in_a_folder_that_others_may_write_is_not_loaded()
    {
        File.SetUnixFileMode(_folder.Path, (UnixFileMode)0b111_111_111);

        AreRefused($"'chmod go-w {_folder.Path}'");
    }

    /// <summary>Who runs a program has trusted its file already.</summary>
    [Fact]
    public void The_file_of_a_running_program_is_read_all_the_same()
    {
        File.SetUnixFileMode(Plugin, (UnixFileMode)0b110_110_110);

        Assert.Equal(CodeFile.Read(Sample.Assembly).Code, CodeFile.Read(Plugin, runsAlready: true).Code);
    }

    private void AreRefused(string part)
    {
        var plan = PluginFile.AddTo(TrainingCatalogue.Standard, Sample.Assembly).Complete(new TrainingPlan { Model = Sample.Model });

        Assert.Contains(part, Assert.Throws<InvalidInputException>(() => PluginFile.AddTo(TrainingCatalogue.Standard, Plugin)).Message, StringComparison.Ordinal);
        Assert.Contains(
            part, Assert.Throws<InvalidInputException>(() => new ModelFolder(TrainingCatalogue.Standard, _folder.Path).CatalogueFor(plan, "a")).Message, StringComparison.Ordinal);
    }
}
