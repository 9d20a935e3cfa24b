using System.Security.Cryptography.X509Certificates;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Training.Files;

namespace Mnist.Distributed.Hosting.Identity;

/// <summary>Reads an identity from the files of a folder.</summary>
public static class IdentityReader
{
    private const UnixFileMode Strangers = UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.GroupWrite;

    /// <summary>Reads the identity.</summary>
    /// <param name="folder">The folder with the files of <see cref="IdentityFiles"/>.</param>
    /// <exception cref="InvalidInputException">
    /// A file is missing or cannot be used, others may read the key, or another user may have
    /// written one of the files.
    /// </exception>
    public static ClusterIdentity Read(string folder)
    {
        RequirePrivateKey(Path.Combine(folder, IdentityFiles.Key));
        var authorities = Certificates(folder, IdentityFiles.Authorities);
        var chain = Certificates(folder, IdentityFiles.Certificate);
        var past = File.Exists(Path.Combine(folder, IdentityFiles.Past)) ? Certificates(folder, IdentityFiles.Past) : [];
        var key = Text(folder, IdentityFiles.Key);
        var revokedFile = Path.Combine(folder, IdentityFiles.Revoked);
        var revoked = File.Exists(revokedFile) ? Text(folder, IdentityFiles.Revoked) : "";
        try
        {
            _ = RevocationLists.Parse(revoked);
        }
        catch (Exception failure) when (UnusableBytes.Are(failure))
        {
            throw new InvalidInputException($"{revokedFile} is no revocation list ({failure.Message.TrimEnd('.')}): copy it again from the cluster's authority.", failure);
        }

        try
        {
            var certificate = X509Certificate2.CreateFromPem(chain[0].ExportCertificatePem(), key);
            chain[0].Dispose();
            chain.RemoveAt(0);
            return new ClusterIdentity(certificate, chain, authorities, past, revoked);
        }
        catch (Exception failure) when (UnusableBytes.Are(failure))
        {
            throw new InvalidInputException(
                $"{Path.Combine(folder, IdentityFiles.Key)} is not the private key of {IdentityFiles.Certificate} beside it: copy both again, or issue a new certificate.", failure);
        }
    }

    private static void RequirePrivateKey(string path)
    {
        if (!OperatingSystem.IsWindows() && File.Exists(path) && (File.GetUnixFileMode(File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path) & Strangers) != 0)
        {
            throw new InvalidInputException($"Others may read or change the private key {path}: close it with 'chmod 600 {path}'.");
        }
    }

    private static X509Certificate2Collection Certificates(string folder, string file)
    {
        X509Certificate2Collection certificates;
        try
        {
            certificates = PemText.Certificates(Text(folder, file));
        }
        catch (Exception failure) when (UnusableBytes.Are(failure))
        {
            throw new InvalidInputException($"{Path.Combine(folder, file)} cannot be read as certificates in PEM ({failure.Message.TrimEnd('.')}): copy it again.", failure);
        }

        return certificates.Count > 0 ? certificates : throw new InvalidInputException($"{Path.Combine(folder, file)} holds no certificate in PEM: copy it again.");
    }

    private static string Text(string folder, string file)
    {
        var path = Path.Combine(folder, file);
        try
        {
            var text = File.ReadAllText(path);
            TrustedFile.Require(path);
            return text;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException(
                $"The identity in {folder} has no readable {file} ({failure.Message.TrimEnd('.')}): make one with 'mnist cluster identity issue', or name another folder.", failure);
        }
    }
}
