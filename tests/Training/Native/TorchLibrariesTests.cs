using Mnist.Distributed.Tests.Processes;
using Xunit;

namespace Mnist.Distributed.Tests.Training.Native;

/// <summary>
/// The program with missing or damaged native libraries, or without the folders where it could put
/// them.
/// </summary>
public sealed class TorchLibrariesTests : IAsyncDisposable
{
    private readonly SmallMnist _data;
    private readonly UserHome _home = new();

    public TorchLibrariesTests(SmallMnist data)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Libraries are loaded otherwise here.");
        _data = data;
    }

    public ValueTask DisposeAsync() => _home.DisposeAsync();

    [Fact]
    public async Task A_cache_that_cannot_be_used_is_not_needed()
    {
        await File.WriteAllTextAsync(_home["file"], "", _home.Guard);
        _home.Set("XDG_CACHE_HOME", _home["file"]);
        (await Train()).Succeeds();
    }

    [Fact]
    public async Task Without_a_home_nothing_is_put_where_others_could_have_been()
    {
        Directory.CreateDirectory(_home["tmp"]);
        _home.Set("TMPDIR", _home["tmp"]);
        _home.Set("HOME", _home["nowhere"]);
        _home.Set("XDG_CACHE_HOME", null);
        _home.Set("XDG_STATE_HOME", null);
        (await Train()).Succeeds();
        Assert.DoesNotContain(Directory.EnumerateFiles(_home["tmp"], "*", SearchOption.AllDirectories), path => path.EndsWith(".so", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Libraries_of_the_same_name_elsewhere_do_not_matter()
    {
        Directory.CreateDirectory(_home["other"]);
        foreach (var name in (string[])["libc10.so", "libtorch_cpu.so", "libtorch.so", "libLibTorchSharp.so"])
        {
            await File.WriteAllTextAsync(Path.Combine(_home["other"], name), "not a library", _home.Guard);
        }

        _home.Set("LD_LIBRARY_PATH", _home["other"]);
        (await Train()).Succeeds();
    }

    [Theory]
    [InlineData("libLibTorchSharp.so")]
    [InlineData("libtorch_cpu.so")]
    [InlineData("libc10.so")]
    public async Task A_missing_library_is_a_sentence(string library)
    {
        CopyPrograms(library);
        Refused(await Train("--json"), library, "is missing");
    }

    [Theory]
    [InlineData("libLibTorchSharp.so")]
    [InlineData("libtorch_cpu.so")]
    [InlineData("libc10.so")]
    public async Task A_damaged_library_is_a_sentence(string library)
    {
        CopyPrograms(library);
        var original = Path.Combine(AppContext.BaseDirectory, library);
        await using (var from = File.OpenRead(original))
        await using (var to = File.Create(Path.Combine(_home.Programs, library)))
        {
            var start = new byte[100_000];
            await from.ReadExactlyAsync(start, _home.Guard);
            await to.WriteAsync(start, _home.Guard);

            // Zeros up to the length of the original, as after a copy onto a full disk.
            to.SetLength(from.Length);
        }

        Refused(await Train("--json"), library, "is damaged");
    }

    private Task<Finished> Train(params string[] more) =>
        _home.Mnist(["train", "--data", _data.Path, "--limit", "60", "--epochs", "1", "--out", _home["run"], .. more]);

    private void Refused(Finished program, string library, string what)
    {
        // Before the sentence, the program may say what it is doing.
        var sentence = program.IsRefused().Split('\n', StringSplitOptions.RemoveEmptyEntries).Single(line => !line.EndsWith("...", StringComparison.Ordinal));
        Assert.Contains(library, sentence, StringComparison.Ordinal);
        Assert.Contains(what, sentence, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(_home.Programs, "cpu")), "TorchSharp has copied libtorch.");
    }

    /// <summary>
    /// Makes a folder with the programs but without one library. Where the runtime follows links,
    /// the files are links, since libtorch is half a gigabyte.
    /// </summary>
    private void CopyPrograms(string without)
    {
        _home.Programs = Directory.CreateDirectory(_home["programs"]).FullName;
        foreach (var path in Directory.EnumerateFiles(AppContext.BaseDirectory).Where(path => Path.GetFileName(path) != without))
        {
            var copy = Path.Combine(_home.Programs, Path.GetFileName(path));
            if (Path.GetFileName(path).StartsWith("mnist", StringComparison.Ordinal))
            {
                File.Copy(path, copy);
            }
            else
            {
                File.CreateSymbolicLink(copy, path);
            }
        }
    }
}
