using System.Runtime.Versioning;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Hosting.Identity;
using Xunit;

namespace Mnist.Distributed.Tests.Hosting.Identity;

/// <summary>Whose certificate is accepted, and what is said about one that is not.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class ClusterIdentityTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UtcNow;

    [Theory]
    [InlineData(ClusterRole.Silo, ClusterRole.Silo, null)]
    [InlineData(ClusterRole.Silo, ClusterRole.Observer, null)]
    [InlineData(ClusterRole.Operator, ClusterRole.Operator, null)]
    [InlineData(ClusterRole.Observer, ClusterRole.Observer, null)]
    [InlineData(ClusterRole.Operator, ClusterRole.Silo, "has the role operator, but the role silo is needed here")]
    [InlineData(ClusterRole.Observer, ClusterRole.Operator, "has the role observer, but the role operator is needed here")]
    public void A_role_is_enough_for_what_it_may(ClusterRole held, ClusterRole needed, string? fault)
    {
        using var identities = new Identities();
        var (silo, other) = (identities.Issue("silo", ClusterRole.Silo).Current, identities.Issue("other", held).Current);

        Assert.Equal(fault, silo.FaultOf(other.Certificate, [], asServer: false, needed, Now));
    }

    [Fact]
    public void Client_cannot_answer_as_a_silo()
    {
        using var identities = new Identities();
        var (silo, client) = (identities.Issue("silo", ClusterRole.Silo).Current, identities.Issue("client", ClusterRole.Operator).Current);

        Assert.Null(silo.FaultOf(silo.Certificate, [], asServer: true, ClusterRole.Silo, Now));
        Assert.Equal("may not be used for this", silo.FaultOf(client.Certificate, [], asServer: true, ClusterRole.Silo, Now));
    }

    [Fact]
    public void Certificate_of_another_authority_is_refused()
    {
        using var identities = new Identities();
        using var others = new Identities();
        var (silo, stranger) = (identities.Issue("silo", ClusterRole.Silo).Current, others.Issue("silo", ClusterRole.Silo).Current);

        Assert.Equal("is of no authority of this cluster", silo.FaultOf(stranger.Certificate, [], asServer: false, ClusterRole.Observer, Now));
    }

    [Fact]
    public void Certificate_of_another_cluster_is_refused_even_of_the_same_authority()
    {
        using var identities = new Identities();
        using var silo = identities.Issue("silo", ClusterRole.Silo);
        using var issuer = new Identities("d");
        File.Copy(Path.Combine(identities.Authority.Folder, "ca.key"), Path.Combine(issuer.Authority.Folder, "ca.key"), overwrite: true);
        var subject = new CertificateSubject("silo", "d", ClusterRole.Silo);
        using var key = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        var request = new System.Security.Cryptography.X509Certificates.CertificateRequest(subject.ToDistinguishedName(), key, System.Security.Cryptography.HashAlgorithmName.SHA256);
        using var authority = System.Security.Cryptography.X509Certificates.X509Certificate2.CreateFromPemFile(
            Path.Combine(identities.Authority.Folder, "ca.crt"), Path.Combine(identities.Authority.Folder, "ca.key"));
        using var certificate = request.Create(authority, Now, Now.AddDays(1), [1]);

        Assert.Equal("is of the cluster d, not of c", silo.Current.FaultOf(certificate, [], asServer: false, ClusterRole.Observer, Now.AddMinutes(1)));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(2)]
    public void Certificate_is_refused_outside_its_time(int days)
    {
        using var identities = new Identities();
        var silo = identities.Issue("silo", ClusterRole.Silo).Current;

        Assert.StartsWith("is valid from ", silo.FaultOf(silo.Certificate, [], asServer: false, ClusterRole.Observer, Now.AddDays(days)), StringComparison.Ordinal);
    }

    [Fact]
    public void Revoked_certificate_is_refused_and_the_others_stay()
    {
        using var identities = new Identities();
        var (kim, lee) = (identities.Issue("kim", ClusterRole.Operator).Current, identities.Issue("lee", ClusterRole.Operator).Current);

        Assert.Equal(1, identities.Authority.Revoke("kim"));
        Assert.Equal(0, identities.Authority.Revoke("kim"));
        var silo = identities.Issue("silo", ClusterRole.Silo).Current;

        Assert.Equal("has been revoked", silo.FaultOf(kim.Certificate, [], asServer: false, ClusterRole.Observer, Now));
        Assert.Null(silo.FaultOf(lee.Certificate, [], asServer: false, ClusterRole.Observer, Now));
        Assert.Equal(["kim"], identities.Authority.Issued().Where(issued => issued.IsRevoked).Select(issued => issued.Subject.Name));
    }

    [Fact]
    public void Both_authorities_count_during_a_rotation_and_the_old_one_not_after_it()
    {
        using var identities = new Identities();
        var before = identities.Issue("before", ClusterRole.Silo).Current;
        identities.Authority = identities.Authority.Rotate();
        var during = identities.Issue("during", ClusterRole.Silo);
        Assert.Throws<InvalidInputException>(() => identities.Authority.Rotate());

        Assert.Null(during.Current.FaultOf(before.Certificate, [], asServer: true, ClusterRole.Silo, Now));
        Assert.Equal("is of no authority of this cluster", before.FaultOf(during.Current.Certificate, [], asServer: true, ClusterRole.Silo, Now));

        identities.Authority = identities.Authority.Finish();
        var after = identities.Issue("after", ClusterRole.Silo).Current;
        Assert.Equal("is of no authority of this cluster", after.FaultOf(before.Certificate, [], asServer: true, ClusterRole.Silo, Now));
        Assert.Null(after.FaultOf(during.Current.Certificate, [], asServer: true, ClusterRole.Silo, Now));
        Assert.Null(after.FaultOfSigner(before.Certificate, []));
        Assert.Throws<InvalidInputException>(() => identities.Authority.Finish());
    }

    [Fact]
    public async Task Files_are_read_again_when_they_change_and_bad_ones_change_nothing()
    {
        using var identities = new Identities();
        var watch = identities.Issue("silo", ClusterRole.Silo);
        var (changed, unusable) = (new TaskCompletionSource(), new TaskCompletionSource<string>());
        watch.Changed += () => changed.TrySetResult();
        watch.Unusable += sentence => unusable.TrySetResult(sentence);
        var first = watch.Current.Certificate.SerialNumber;

        await File.WriteAllTextAsync(Path.Combine(watch.Folder, IdentityFiles.Certificate), "rubbish", TestContext.Current.CancellationToken);
        Assert.Contains("holds no certificate", await unusable.Task, StringComparison.Ordinal);
        Assert.Equal(first, watch.Current.Certificate.SerialNumber);

        using var issued = identities.Authority.Issue("silo", ClusterRole.Silo, TimeSpan.FromDays(1), watch.Folder);
        await changed.Task;
        Assert.NotEqual(first, watch.Current.Certificate.SerialNumber);
    }

    [Theory]
    [InlineData(IdentityFiles.Authorities, "ca.crt")]
    [InlineData(IdentityFiles.Certificate, "tls.crt")]
    [InlineData(IdentityFiles.Key, "tls.key")]
    [InlineData(IdentityFiles.Revoked, "ca.crl")]
    public void Bad_file_is_named_in_one_sentence(string file, string named)
    {
        using var identities = new Identities();
        var folder = identities.Issue("silo", ClusterRole.Silo).Folder;
        File.WriteAllText(Path.Combine(folder, file), "-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n");
        if (file == IdentityFiles.Key)
        {
            File.SetUnixFileMode(Path.Combine(folder, file), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        var refusal = Assert.Throws<InvalidInputException>(() => IdentityReader.Read(folder));
        Assert.Contains(named, refusal.Message, StringComparison.Ordinal);
        Assert.EndsWith(".", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Key_that_others_may_read_is_refused()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no modes of files.");
        using var identities = new Identities();
        var folder = identities.Issue("silo", ClusterRole.Silo).Folder;
        var key = Path.Combine(folder, IdentityFiles.Key);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(key));
        File.SetUnixFileMode(key, UnixFileMode.UserRead | UnixFileMode.OtherRead);

        Assert.Contains("chmod 600", Assert.Throws<InvalidInputException>(() => IdentityReader.Read(folder)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Authority_is_not_replaced_by_accident()
    {
        using var identities = new Identities();
        Assert.Throws<InvalidInputException>(() => ClusterAuthority.Create(identities.Authority.Folder, "c"));
    }
}
