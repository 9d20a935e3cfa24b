using Mnist.Distributed.Contracts;
using Mnist.Distributed.Tests.Training.Files;
using Mnist.Distributed.Training.Data;

using Xunit;

namespace Mnist.Distributed.Tests.Training.Data;

public sealed class DataSetCacheTests
{
    [Fact]
    public void Each_data_set_has_a_folder_that_appears_when_written()
    {
        using var folder = new TemporaryFolder();
        var cache = new DataSetCache(folder["cache"]);
        Assert.False(Directory.Exists(cache.Root));

        cache.Write("mnist", "file", stream => stream.Write([1]));

        Assert.Equal([Path.Combine(cache.FolderOf("mnist"), "file")], folder.Files);
    }

    [Fact]
    public void Deleting_nothing_is_fine()
    {
        using var folder = new TemporaryFolder();
        var cache = new DataSetCache(folder.Path);
        cache.Write("mnist", "file", _ => { });

        cache.Delete("mnist", "file");
        cache.Delete("mnist", "file");

        Assert.Empty(folder.Files);
        Directory.CreateDirectory(folder["mnist/file"]);
        Assert.Throws<InvalidInputException>(() => cache.Delete("mnist", "file"));
    }
}
