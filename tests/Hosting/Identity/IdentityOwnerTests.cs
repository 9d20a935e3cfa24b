using System.Runtime.Versioning;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Hosting.Identity;
using Mnist.Distributed.Tests.Servers;
using Xunit;

namespace Mnist.Distributed.Tests.Hosting.Identity;

/// <summary>
/// Who can write the files of an identity decides whom its holder trusts. So nobody else may.
/// </summary>
[UnsupportedOSPlatform("windows")]
public sealed class IdentityOwnerTests : IDisposable
{
    private const UnixFileMode Everybody = (UnixFileMode)0b111_111_111;

    private readonly Identities _identities = new();

    public IdentityOwnerTests() => Assert.SkipWhen(OperatingSystem.IsWindows(), "Files have no modes here.");

    public void Dispose() => _identities.Dispose();

    [Theory]
    [InlineData(IdentityFiles.Authorities)]
    [InlineData(IdentityFiles.Certificate)]
    [InlineData(IdentityFiles.Revoked)]
    public void A_file_that_others_may_write_is_refused(string name)
    {
        _identities.Issue("kim", ClusterRole.Operator);
        Assert.Equal(1, _identities.Authority.Revoke("kim"));
        var folder = _identities.Issue("silo", ClusterRole.Silo).Folder;
        var file = Path.Combine(folder, name);
        File.SetUnixFileMode(file, (UnixFileMode)0b110_100_110);

        Assert.Contains($"'chmod go-w {file}'", Refusal(folder), StringComparison.Ordinal);
    }

    /// <summary>Who may write to the folder can take the revocation list away.</summary>
    [Fact]
    public void A_folder_that_others_may_write_is_refused()
    {
        var folder = _identities.Issue("silo", ClusterRole.Silo).Folder;
        File.SetUnixFileMode(folder, Everybody);

        Assert.Contains($"'chmod go-w {folder}'", Refusal(folder), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_identity_of_another_user_is_refused()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root can make a folder of another user.");
        var folder = _identities.Issue("silo", ClusterRole.Silo).Folder;
        await ServerProcess.Run("chown", "-R", "1234", folder);

        Assert.Contains("belongs to another user", Refusal(folder), StringComparison.Ordinal);
    }

    /// <summary>Files and folder are links, as the kubelet makes them.</summary>
    [Fact]
    public void A_secret_of_Kubernetes_is_read()
    {
        var issued = _identities.Issue("silo", ClusterRole.Silo);
        var secret = Directory.CreateDirectory(_identities.Folder("secret")).FullName;
        Directory.Move(issued.Folder, Path.Combine(secret, "..2026_11_29"));
        Directory.CreateSymbolicLink(Path.Combine(secret, "..data"), "..2026_11_29");
        foreach (var file in Directory.EnumerateFiles(Path.Combine(secret, "..2026_11_29")))
        {
            File.SetUnixFileMode(file, (UnixFileMode)0b100_100_000);
            File.CreateSymbolicLink(Path.Combine(secret, Path.GetFileName(file)), $"..data/{Path.GetFileName(file)}");
        }

        File.SetUnixFileMode(Path.Combine(secret, "..2026_11_29"), (UnixFileMode)0b111_101_101);
        File.SetUnixFileMode(secret, Everybody | UnixFileMode.StickyBit | UnixFileMode.SetGroup);

        Assert.Equal("silo", IdentityReader.Read(secret).Subject.Name);
    }

    private static string Refusal(string folder) => Assert.Throws<InvalidInputException>(() => IdentityReader.Read(folder)).Message;
}
