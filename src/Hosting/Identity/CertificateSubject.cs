using System.Security.Cryptography.X509Certificates;

namespace Mnist.Distributed.Hosting.Identity;

/// <summary>What the subject of a certificate says.</summary>
/// <param name="Name">The name of the holder (CN).</param>
/// <param name="Cluster">The name of the cluster (O).</param>
/// <param name="Role">The role of the holder (OU); null if it names none.</param>
public sealed record CertificateSubject(string Name, string Cluster, ClusterRole? Role)
{
    private const string CommonName = "2.5.4.3";
    private const string Organization = "2.5.4.10";
    private const string OrganizationalUnit = "2.5.4.11";

    /// <summary>The subject as the name of a certificate.</summary>
    public X500DistinguishedName ToDistinguishedName()
    {
        var builder = new X500DistinguishedNameBuilder();
        builder.AddOrganizationName(Cluster);
        if (Role is { } role)
        {
            builder.AddOrganizationalUnitName(NameOf(role));
        }

        builder.AddCommonName(Name);
        return builder.Build();
    }

    /// <summary>Reads the subject of a certificate. Parts that are missing are empty.</summary>
    public static CertificateSubject Of(X509Certificate2 certificate)
    {
        var parts = certificate.SubjectName.EnumerateRelativeDistinguishedNames()
            .Where(part => !part.HasMultipleElements)
            .ToLookup(part => part.GetSingleElementType().Value, part => part.GetSingleElementValue() ?? "");
        var roles = parts[OrganizationalUnit].Select(RoleOf).OfType<ClusterRole>().ToArray();
        return new CertificateSubject(
            parts[CommonName].FirstOrDefault() ?? "", parts[Organization].FirstOrDefault() ?? "", roles is [var role] ? role : null);
    }

    /// <summary>The word for a role, in certificates and messages.</summary>
    public static string NameOf(ClusterRole role) => role.ToString().ToLowerInvariant();

    private static ClusterRole? RoleOf(string text) =>
        Enum.GetValues<ClusterRole>().Where(role => NameOf(role) == text).Select(role => (ClusterRole?)role).FirstOrDefault();
}
