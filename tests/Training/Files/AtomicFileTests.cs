using Mnist.Distributed.Contracts;
using Mnist.Distributed.Training.Files;

using Xunit;

namespace Mnist.Distributed.Tests.Training.Files;

public sealed class AtomicFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_file_appears_with_its_folders_and_nothing_beside_it()
    {
        AtomicFile.Write(_folder["a/b/file"], stream => stream.Write([1, 2, 3]));

        Assert.Equal([_folder["a/b/file"]], _folder.Files);
        Assert.Equal([1, 2, 3], File.ReadAllBytes(_folder["a/b/file"]));
    }

    [Fact]
    public void A_file_is_replaced()
    {
        string path = _folder.Write("file", [1, 2, 3]);

        AtomicFile.Write(path, stream => stream.Write([4]));

        Assert.Equal([4], File.ReadAllBytes(path));
    }

    [Fact]
    public void A_failed_write_leaves_the_old_file_and_nothing_else()
    {
        string path = _folder.Write("file", [1, 2, 3]);

        Assert.Throws<FormatException>(() => AtomicFile.Write(path, stream =>
        {
            stream.Write([4]);
            throw new FormatException();
        }));

        Assert.Equal([path], _folder.Files);
        Assert.Equal([1, 2, 3], File.ReadAllBytes(path));
    }

    [Fact]
    public void A_place_that_cannot_be_written_is_named()
    {
        string file = _folder.Write("file", []);
        string path = Path.Combine(file, "below");

        var error = Assert.Throws<InvalidInputException>(() => AtomicFile.Write(path, _ => { }));

        Assert.Contains(path, error.Message);
        Assert.Throws<InvalidInputException>(() => AtomicFile.Write("", _ => { }));
    }

    /// <summary>
    /// Another user may have put the link there, and the link may lead to a file of a third one.
    /// </summary>
    [Fact]
    public void A_link_is_replaced_and_what_it_leads_to_stays()
    {
        string other = _folder.Write("other", [1, 2, 3]);
        File.CreateSymbolicLink(_folder["link"], other);
        File.CreateSymbolicLink(_folder["dangling"], _folder["nothing"]);

        AtomicFile.Write(_folder["link"], stream => stream.Write([4]));
        AtomicFile.Write(_folder["dangling"], stream => stream.Write([5]));

        Assert.Equal([1, 2, 3], File.ReadAllBytes(other));
        Assert.Equal([4], File.ReadAllBytes(_folder["link"]));
        Assert.Null(new FileInfo(_folder["link"]).LinkTarget);
        Assert.Equal([5], File.ReadAllBytes(_folder["dangling"]));
        Assert.False(File.Exists(_folder["nothing"]));
    }
}
