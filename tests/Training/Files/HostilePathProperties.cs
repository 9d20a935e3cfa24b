using CsCheck;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Tests.Training.Data;
using Mnist.Distributed.Training.Catalogue;
using Mnist.Distributed.Training.Data;
using Xunit;

namespace Mnist.Distributed.Tests.Training.Files;

/// <summary>
/// For any path to a folder of data or a file of weights, the only error is one sentence.
/// </summary>
public sealed class HostilePathProperties : IDisposable
{
    private const int Cases = 1000;

    private static readonly TrainingSetup Setup = TrainingSetup.Of(new TrainingPlan());

    private readonly TemporaryFolder _folder = new();

    /// <summary>Draws names of existing things, and pieces of which paths are made.</summary>
    private readonly Gen<string> _path;

    public HostilePathProperties()
    {
        _folder.Write("file", [1, 2, 3]);
        _folder.Write("nothing", []);
        _folder.Write("folder/train-images-idx3-ubyte", [1, 2, 3]);
        _folder.Write("bad/model.safetensors", [8, 0, 0, 0, 0, 0, 0, 0, .. "{\"a\":{}}"u8]);
        File.CreateSymbolicLink(_folder["dangling"], _folder["nowhere"]);
        File.CreateSymbolicLink(_folder["loop"], _folder["loop"]);
        Directory.CreateSymbolicLink(_folder["linked"], _folder["folder"]);
        foreach (string file in IdxFileNames.All)
        {
            Directory.CreateDirectory(_folder["folders/" + file]);
            _folder.Write("garbage/" + file, [0, 0, 8, 3, 1]);
            Directory.CreateDirectory(_folder["links"]);
            File.CreateSymbolicLink(_folder["links/" + file], _folder["loop"]);
        }

        Gen<string> part = Gen.OneOf(
            Gen.OneOf<string>("", " ", "\t", ".", "..", "/", "//", "~", "\0", "\n", "\r\n", "\u001b[2J", "\u202e", "\ud800", "*", "?", "|", "\\", ":", "file:///", "%00", "-"),
            Gen.OneOf<string>("file", "nothing", "folder", "bad", "model.safetensors", "dangling", "loop", "linked", "folders", "garbage", "links", IdxFileNames.TrainImages),
            Gen.String[0, 20],
            Gen.Int[200, 5000].Select(length => new string('x', length)));
        _path = Gen.Select(Gen.Bool, part.Array[0, 4], Gen.Bool).Select((inFolder, parts, joined) =>
            (inFolder ? _folder.Path + "/" : "") + string.Join(joined ? "/" : "", parts));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_folder_of_data_is_answered_with_a_sentence() => _path.Sample(path =>
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        using var web = FakeWeb.Offline();
        using var download = new DataSetDownload(web, new FakeTime());
        DataSetLoader Loader(string? variable) => new(
            SmallDataSets.Catalogue, new DataSetCache(_folder["cache"]), download, new SyntheticGenerator(1, () => throw new InvalidOperationException()), _ => variable);

        IsSentence(Assert.Throws<InvalidInputException>(() => Loader(null).LoadAsync("mnist", path, cancellation: cancellation).GetAwaiter().GetResult()));
        IsSentence(Assert.Throws<InvalidInputException>(() => Loader(path).LoadAsync("mnist", cancellation: cancellation).GetAwaiter().GetResult()));
        Assert.All(Loader(null).Locate(path), found => Assert.Null(found.Digest));
    }, iter: Cases, threads: 1);

    [Fact]
    public void A_file_of_weights_is_answered_with_a_sentence() => _path.Sample(path =>
    {
        IsSentence(Assert.Throws<InvalidInputException>(() => ModelWeights.Recognise(path)));
        IsSentence(Assert.Throws<InvalidInputException>(() => ModelWeights.Recognise(path, "mlp")));
        IsSentence(Assert.Throws<InvalidInputException>(() => ModelWeights.Read(path, Setup)));
    }, iter: Cases, threads: 1);

    [Theory]
    [InlineData("", "The name of the folder is empty")]
    [InlineData("  ", "The name of the folder is empty")]
    [InlineData("file", "is a file: give a folder")]
    [InlineData("nowhere", "does not exist")]
    [InlineData("dangling", "is a link that leads to no folder")]
    [InlineData("folder", "lacks train-labels-idx1-ubyte")]
    [InlineData("folders", "lacks train-images-idx3-ubyte")]
    [InlineData("garbage", "is truncated")]
    public void What_is_wrong_with_a_folder_is_told(string name, string expected)
    {
        string path = string.IsNullOrWhiteSpace(name) ? name : _folder[name];

        Assert.Contains(expected, Assert.Throws<InvalidInputException>(new DataSetFolder(path, SmallDataSets.Mnist, SmallDataSets.Catalogue).Load).Message);
    }

    [Theory]
    [InlineData("folder", "is a folder: give a file")]
    [InlineData("nowhere", "does not exist")]
    [InlineData("dangling", "is a link that leads to no file")]
    [InlineData("nothing", "is empty or not a regular file")]
    [InlineData("bad/model.safetensors", "needs a dtype")]
    public void What_is_wrong_with_a_file_is_told(string name, string expected) =>
        Assert.Contains(expected, Assert.Throws<InvalidInputException>(() => ModelWeights.Recognise(_folder[name])).Message);

    [Fact]
    public void A_folder_or_file_without_permission_cannot_be_read()
    {
        if (OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess)
        {
            Assert.Skip("Permissions do not bind this user.");
            return;
        }

        File.SetUnixFileMode(_folder["file"], UnixFileMode.None);
        File.SetUnixFileMode(_folder["folder"], UnixFileMode.None);

        Assert.Contains("cannot be read", Assert.Throws<InvalidInputException>(() => ModelWeights.Recognise(_folder["file"])).Message);
        Assert.Contains(
            "cannot be read",
            Assert.Throws<InvalidInputException>(new DataSetFolder(_folder["folder"], SmallDataSets.Mnist, SmallDataSets.Catalogue).Load).Message);

        File.SetUnixFileMode(_folder["folder"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    [Fact]
    public async Task A_pipe_is_not_waited_for()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There are no named pipes in folders.");
        using var made = System.Diagnostics.Process.Start("mkfifo", _folder["pipe"]);
        await made.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Contains("not a regular file", Assert.Throws<InvalidInputException>(() => ModelWeights.Recognise(_folder["pipe"])).Message);
    }

    private static void IsSentence(InvalidInputException refusal)
    {
        Assert.EndsWith(".", refusal.Message);
        Assert.InRange(refusal.Message.Length, 10, 1500);
        Assert.DoesNotContain(refusal.Message, char.IsControl);
    }
}
