using System.Runtime.Versioning;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Tests.Servers;
using Mnist.Distributed.Training.Files;
using Xunit;

namespace Mnist.Distributed.Tests.Training.Files;

/// <summary>
/// A file is trusted if no other user can have written it. A refusal says what to do.
/// </summary>
[UnsupportedOSPlatform("windows")]
public sealed class TrustedFileTests : IDisposable
{
    private const string Stranger = "1234";
    private const UnixFileMode Everybody = (UnixFileMode)0b111_111_111;

    private readonly TemporaryFolder _folder = new();

    public TrustedFileTests() => Assert.SkipWhen(OperatingSystem.IsWindows(), "Files have no modes here.");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0b110_000_000, 0b111_000_000)]
    [InlineData(0b110_100_100, 0b111_101_101)]
    [InlineData(0b100_100_000, 0b111_101_000)]
    public void A_file_that_only_its_user_may_write_is_trusted(int file, int folder)
    {
        var path = Make("a/file", file, folder);

        TrustedFile.Require(path);
        TrustedFile.Require(path, usesItsFolder: true);
        TrustedFile.RequireOwn(path);
    }

    [Theory]
    [InlineData(0b110_100_110)]
    [InlineData(0b110_110_110)]
    [InlineData(0b000_000_010)]
    public void A_file_that_others_may_write_is_refused(int mode)
    {
        var path = Make("a/file", mode, 0b111_000_000);

        Assert.Contains($"'chmod go-w {path}'", Refusal(path), StringComparison.Ordinal);
        Assert.Contains($"'chmod go-w {path}'", Assert.Throws<InvalidInputException>(() => TrustedFile.RequireOwn(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_others_may_write_is_refused()
    {
        var path = Make("a/file", 0b110_000_000, 0b111_111_111);

        Assert.Contains($"'chmod go-w {_folder["a"]}'", Refusal(path), StringComparison.Ordinal);
        Assert.Contains($"'chmod go-w {_folder["a"]}'", Assert.Throws<InvalidInputException>(() => TrustedFile.RequireOwn(_folder["a"])).Message, StringComparison.Ordinal);
        TrustedFile.RequireOwn(path);
    }

    /// <summary>Nobody can replace a file of this user in the temporary folder.</summary>
    [Fact]
    public void A_folder_with_the_sticky_bit_keeps_a_file_but_not_what_is_beside_it()
    {
        var path = Make("a/file", 0b110_000_000, 0b111_111_111);
        File.SetUnixFileMode(_folder["a"], Everybody | UnixFileMode.StickyBit);

        TrustedFile.Require(path);
        Assert.Contains("chmod go-w", Assert.Throws<InvalidInputException>(() => TrustedFile.Require(path, usesItsFolder: true)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Folders_further_up_are_not_looked_at()
    {
        var path = Make("a/b/file", 0b110_000_000, 0b111_000_000);
        File.SetUnixFileMode(_folder["a"], Everybody);

        TrustedFile.Require(path);
    }

    [Fact]
    public async Task A_group_counts_as_others_unless_it_is_the_users_own()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root can give a file to any group.");
        var path = Make("a/file", 0b110_110_000, 0b111_111_000);
        await ServerProcess.Run("chgrp", "-R", "0", _folder["a"]);
        TrustedFile.Require(path, usesItsFolder: true);

        await ServerProcess.Run("chgrp", Stranger, path);
        Assert.Contains(path, Refusal(path), StringComparison.Ordinal);

        await ServerProcess.Run("chgrp", "0", path);
        await ServerProcess.Run("chgrp", Stranger, _folder["a"]);
        Assert.Contains("the folder", Refusal(path), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_or_a_folder_of_another_user_is_refused()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root can make a file of another user.");
        var path = Make("a/file", 0b110_000_000, 0b111_000_000);
        await ServerProcess.Run("chown", Stranger, path);
        Assert.Contains($"{path} belongs to another user", Refusal(path), StringComparison.Ordinal);

        await ServerProcess.Run("chown", "0", path);
        await ServerProcess.Run("chown", Stranger, _folder["a"]);
        Assert.Contains($"folder {_folder["a"]} belongs to another user", Refusal(path), StringComparison.Ordinal);
        Assert.Contains("another user", Assert.Throws<InvalidInputException>(() => TrustedFile.RequireOwn(_folder["a"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_link_of_another_user_is_refused_wherever_it_leads()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root can make a link of another user.");
        var path = Make("a/file", 0b110_000_000, 0b111_000_000);
        Make("open/other", 0b110_000_000, 0b111_111_111);
        File.SetUnixFileMode(_folder["open"], Everybody | UnixFileMode.StickyBit);
        File.CreateSymbolicLink(_folder["open/link"], path);
        TrustedFile.Require(_folder["open/link"]);

        await ServerProcess.Run("chown", "-h", Stranger, _folder["open/link"]);
        Assert.Contains("another user", Refusal(_folder["open/link"]), StringComparison.Ordinal);
    }

    [Fact]
    public void A_link_is_checked_where_it_is_and_where_it_leads()
    {
        var path = Make("a/file", 0b110_000_000, 0b111_000_000);
        Make("b/other", 0b110_000_000, 0b111_000_000);
        File.CreateSymbolicLink(_folder["b/link"], "../a/file");
        TrustedFile.Require(_folder["b/link"]);

        File.SetUnixFileMode(_folder["b"], Everybody);
        Assert.Contains(_folder["b"], Refusal(_folder["b/link"]), StringComparison.Ordinal);

        File.SetUnixFileMode(_folder["b"], (UnixFileMode)0b111_000_000);
        File.SetUnixFileMode(_folder["a"], Everybody);
        Assert.Contains(_folder["a"], Refusal(_folder["b/link"]), StringComparison.Ordinal);

        File.SetUnixFileMode(_folder["a"], (UnixFileMode)0b111_000_000);
        File.SetUnixFileMode(path, (UnixFileMode)0b110_110_110);
        Assert.Contains("chmod go-w", Refusal(_folder["b/link"]), StringComparison.Ordinal);
    }

    /// <summary>The files are links, and their folder is one too.</summary>
    [Fact]
    public void A_secret_of_Kubernetes_is_trusted()
    {
        Make("secret/..2026_11_29/key", 0b100_100_000, 0b111_101_101);
        Directory.CreateSymbolicLink(_folder["secret/..data"], "..2026_11_29");
        File.CreateSymbolicLink(_folder["secret/key"], "..data/key");
        File.SetUnixFileMode(_folder["secret"], Everybody | UnixFileMode.StickyBit | UnixFileMode.SetGroup);

        TrustedFile.Require(_folder["secret/key"]);
    }

    [Fact]
    public void A_file_that_is_not_there_is_nobodys_and_cannot_have_been_read()
    {
        TrustedFile.RequireOwn(_folder["nowhere"]);
        Assert.Contains("cannot be told", Refusal(_folder["nowhere"]), StringComparison.Ordinal);
    }

    private string Make(string name, int mode, int folderMode)
    {
        var path = _folder.Write(name, [1]);
        File.SetUnixFileMode(path, (UnixFileMode)mode);
        File.SetUnixFileMode(Path.GetDirectoryName(path)!, (UnixFileMode)folderMode);
        return path;
    }

    private static string Refusal(string path)
    {
        var refusal = Assert.Throws<InvalidInputException>(() => TrustedFile.Require(path)).Message;
        Assert.DoesNotContain('\n', refusal);
        Assert.EndsWith(".", refusal, StringComparison.Ordinal);
        return refusal;
    }
}
