using k8s.Models;

namespace Mnist.Distributed.Tests.Deploy;

/// <summary>
/// The part of the API of cert-manager that the manifests use. A field that is not here is an
/// error. Source: https://cert-manager.io/docs/reference/api-docs/
/// </summary>
internal static class CertManagerApi
{
    /// <summary>The kinds, as <c>KubernetesYaml</c> takes them.</summary>
    public static Dictionary<string, Type> Kinds { get; } = new()
    {
        ["cert-manager.io/v1/Issuer"] = typeof(Issuer),
        ["cert-manager.io/v1/Certificate"] = typeof(Certificate),
    };
}

/// <summary>Something that issues certificates.</summary>
internal sealed class Issuer
{
    public string ApiVersion { get; set; } = "";

    public string Kind { get; set; } = "";

    public V1ObjectMeta Metadata { get; set; } = new();

    public IssuerSpec Spec { get; set; } = new();
}

internal sealed class IssuerSpec
{
    public Dictionary<string, string>? SelfSigned { get; set; }

    public CaIssuer? Ca { get; set; }
}

internal sealed class CaIssuer
{
    public string SecretName { get; set; } = "";
}

/// <summary>A certificate that is to be issued and renewed.</summary>
internal sealed class Certificate
{
    public string ApiVersion { get; set; } = "";

    public string Kind { get; set; } = "";

    public V1ObjectMeta Metadata { get; set; } = new();

    public CertificateSpec Spec { get; set; } = new();
}

internal sealed class CertificateSpec
{
    public bool IsCA { get; set; }

    public string CommonName { get; set; } = "";

    public SubjectSpec Subject { get; set; } = new();

    public List<string> Usages { get; set; } = [];

    public string SecretName { get; set; } = "";

    public string Duration { get; set; } = "";

    public string RenewBefore { get; set; } = "";

    public PrivateKeySpec PrivateKey { get; set; } = new();

    public IssuerReference IssuerRef { get; set; } = new();
}

internal sealed class SubjectSpec
{
    public List<string> Organizations { get; set; } = [];

    public List<string> OrganizationalUnits { get; set; } = [];
}

internal sealed class PrivateKeySpec
{
    public string Algorithm { get; set; } = "";

    public int Size { get; set; }

    public string RotationPolicy { get; set; } = "";
}

internal sealed class IssuerReference
{
    public string Name { get; set; } = "";
}
