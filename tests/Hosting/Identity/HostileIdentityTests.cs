using System.Security.Cryptography;
using System.Text;
using CsCheck;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Hosting.Identity;
using Mnist.Distributed.Tests.Training.Files;
using Xunit;

namespace Mnist.Distributed.Tests.Hosting.Identity;

/// <summary>Damaged files of an identity are refused with a sentence.</summary>
[Trait(Fuzz.Trait, Fuzz.Category)]
public sealed class HostileIdentityTests : IDisposable
{
    private const int MostAllocated = 1 << 20;

    private readonly Identities _identities = new();
    private readonly string _folder;
    private readonly Dictionary<string, byte[]> _files;

    public HostileIdentityTests()
    {
        _identities.Authority.Issue("lost", ClusterRole.Observer, TimeSpan.FromDays(1), _identities.Folder("lost")).Dispose();
        _identities.Authority.Revoke("lost");
        _identities.Issue("silo", ClusterRole.Silo);
        _folder = _identities.Folder("silo");
        _files = IdentityFiles.All.Where(file => File.Exists(Path.Combine(_folder, file))).ToDictionary(file => file, file => File.ReadAllBytes(Path.Combine(_folder, file)));
        Assert.True(_files.Count >= 4);
    }

    [Fact]
    public void Changed_files_are_read_or_refused() =>
        Gen.Select(Gen.OneOf<string>([.. _files.Keys]), Gen.Select(Gen.Int[0, 10_000], Gen.Byte).Array[1, 4], Gen.Int[0, 10_000]).Sample(
            (file, changes, cut) =>
            {
                var bytes = Fuzz.Change(_files[file].ToArray(), changes);
                IsReadOrRefused(file, cut % 4 == 0 ? bytes[..(cut % bytes.Length)] : bytes);
            },
            iter: Fuzz.Inputs(500),
            threads: 1);

    [Fact]
    public void Changed_signatures_of_records_are_read_or_refused()
    {
        using var watch = new IdentityWatch(_folder);
        var identity = watch.Current;
        var digest = new byte[32];
        var seal = RecordSeal.Of(digest, identity).ToBytes();
        Gen.Select(Gen.Select(Gen.Int[0, 10_000], Gen.Byte).Array[1, 4], Gen.Int[0, 10_000]).Sample(
            (changes, cut) =>
            {
                var bytes = Fuzz.Change(seal.ToArray(), changes);
                bytes = cut % 4 == 0 ? bytes[..(cut % bytes.Length)] : bytes;
                Assert.InRange(Allocation.Of(() => _ = RecordSeal.Parse(bytes)?.FaultOf(digest, identity)), 0, MostAllocated);
            },
            iter: Fuzz.Inputs(500));
    }

    /// <summary>A curve that this system does not have: the last byte of its name is changed.</summary>
    [Theory]
    [InlineData(IdentityFiles.Key)]
    [InlineData(IdentityFiles.Certificate)]
    [InlineData(IdentityFiles.Authorities)]
    public void Unknown_curve_is_refused(string file)
    {
        byte[] curve = [0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07];
        var pem = Encoding.ASCII.GetString(_files[file]);
        var fields = PemEncoding.Find(pem);
        var bytes = Convert.FromBase64String(pem[fields.Base64Data]);
        bytes[bytes.AsSpan().IndexOf(curve) + curve.Length - 1] = 0x77;

        IsReadOrRefused(file, Encoding.ASCII.GetBytes(PemEncoding.WriteString(pem[fields.Label], bytes)));
    }

    public void Dispose() => _identities.Dispose();

    private void IsReadOrRefused(string file, byte[] bytes)
    {
        var path = Path.Combine(_folder, file);
        File.WriteAllBytes(path, bytes);
        var allocated = Allocation.Of(() =>
        {
            try
            {
                IdentityReader.Read(_folder).Dispose();
            }
            catch (InvalidInputException refused)
            {
                Assert.InRange(refused.Message.Length, 1, 600);
            }
        });
        Assert.InRange(allocated, 0, MostAllocated);
        File.WriteAllBytes(path, _files[file]);
    }
}
