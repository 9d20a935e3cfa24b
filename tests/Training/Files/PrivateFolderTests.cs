using System.Runtime.Versioning;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Training.Files;
using Xunit;

namespace Mnist.Distributed.Tests.Training.Files;

[UnsupportedOSPlatform("windows")]
public sealed class PrivateFolderTests : IDisposable
{
    private const UnixFileMode OwnersAlone = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode Everybody = (UnixFileMode)0x1FF;

    private readonly TemporaryFolder _folder = new();

    public PrivateFolderTests() => Assert.SkipWhen(OperatingSystem.IsWindows(), "Folders have no modes here.");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_folder_is_made_for_its_owner_alone()
    {
        var path = PrivateFolder.Make(_folder["a/b"]);
        Assert.Equal(OwnersAlone, File.GetUnixFileMode(path));
    }

    [Fact]
    public void A_folder_that_is_there_is_closed_and_keeps_what_is_in_it()
    {
        var file = _folder.Write("open/file", [1]);
        File.SetUnixFileMode(_folder["open"], Everybody);

        PrivateFolder.Make(_folder["open"]);

        Assert.Equal(OwnersAlone, File.GetUnixFileMode(_folder["open"]));
        Assert.Equal([1], File.ReadAllBytes(file));
    }

    [Fact]
    public void A_folder_that_is_there_stays_as_it_is_where_only_a_missing_one_is_made()
    {
        Directory.CreateDirectory(_folder["open"]);
        File.SetUnixFileMode(_folder["open"], Everybody);

        Assert.Equal(Everybody, File.GetUnixFileMode(PrivateFolder.MakeIfMissing(_folder["open"])));
        Assert.Equal(OwnersAlone, File.GetUnixFileMode(PrivateFolder.MakeIfMissing(_folder["new"])));
    }

    [Fact]
    public void A_file_in_its_place_is_refused()
    {
        var file = _folder.Write("file", [1]);
        Assert.Contains(file, Assert.Throws<InvalidInputException>(() => PrivateFolder.Make(file)).Message);
        Assert.Contains(file, Assert.Throws<InvalidInputException>(() => PrivateFolder.Make(Path.Combine(file, "below"))).Message);
    }

    [Fact]
    public void A_folder_of_another_user_is_refused()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root can make a folder of another user.");
        Directory.CreateDirectory(_folder["theirs"]);
        GiveTo(1234, _folder["theirs"]);
        Directory.CreateSymbolicLink(_folder["link"], _folder["theirs"]);

        Assert.Contains("another user", Assert.Throws<InvalidInputException>(() => PrivateFolder.Make(_folder["theirs"])).Message);
        Assert.Contains("another user", Assert.Throws<InvalidInputException>(() => PrivateFolder.Make(_folder["link"])).Message);
    }

    [Fact]
    public void A_link_of_another_user_is_not_followed()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root can make a link of another user.");
        Directory.CreateDirectory(_folder["mine"]);
        Directory.CreateSymbolicLink(_folder["planted"], _folder["mine"]);
        GiveTo(1234, _folder["planted"]);

        Assert.Contains("another user", Assert.Throws<InvalidInputException>(() => PrivateFolder.Make(_folder["planted"])).Message);
    }

    [Fact]
    public void Who_has_no_home_gets_a_closed_folder_that_is_named_by_the_user()
    {
        var one = UserFolders.OwnInTemporaryFolder(_folder.Path, 1000);
        var other = UserFolders.OwnInTemporaryFolder(_folder.Path, 1001);

        Assert.NotEqual(one, other);
        Assert.Equal(one, UserFolders.OwnInTemporaryFolder(_folder.Path, 1000));
        Assert.Equal(OwnersAlone, File.GetUnixFileMode(one));
    }

    [Fact]
    public void A_link_or_a_file_in_the_place_of_such_a_folder_is_refused()
    {
        Directory.CreateDirectory(_folder["elsewhere"]);
        Directory.CreateSymbolicLink(_folder["mnist-distributed-1000"], _folder["elsewhere"]);
        _folder.Write("mnist-distributed-1001", [1]);

        Assert.Contains("link", Assert.Throws<InvalidInputException>(() => UserFolders.OwnInTemporaryFolder(_folder.Path, 1000)).Message);
        Assert.Throws<InvalidInputException>(() => UserFolders.OwnInTemporaryFolder(_folder.Path, 1001));
    }

    private static void GiveTo(int user, string path)
    {
        using var process = System.Diagnostics.Process.Start("chown", ["-h", $"{user}", path]);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
