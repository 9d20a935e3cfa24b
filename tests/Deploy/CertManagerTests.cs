using k8s;
using k8s.Models;
using Mnist.Distributed.Hosting.Identity;
using Xunit;

namespace Mnist.Distributed.Tests.Deploy;

/// <summary>
/// The certificates in <c>deploy/kubernetes-cert-manager</c> are those that the pods in
/// <c>deploy/kubernetes</c> and their operators need.
/// </summary>
public sealed class CertManagerTests
{
    private const string AsServer = "server auth";

    private readonly List<object> _all = Load("kubernetes-cert-manager", "certificates.yaml");

    private IEnumerable<Certificate> Identities => _all.OfType<Certificate>().Where(certificate => !certificate.Spec.IsCA);

    [Fact]
    public void A_field_that_the_API_does_not_know_is_an_error() => Assert.ThrowsAny<Exception>(
        () => Parse("apiVersion: cert-manager.io/v1\nkind: Certificate\nmetadata:\n  name: a\nspec:\n  colour: red\n"));

    [Fact]
    public void The_silos_mount_the_certificate_of_a_silo()
    {
        var pod = Assert.Single(Load("kubernetes", "silos.yaml").OfType<V1StatefulSet>()).Spec.Template.Spec;
        var silo = Assert.Single(Identities, certificate => certificate.Spec.Usages.Contains(AsServer));

        Assert.Equal(pod.Volumes.Single(volume => volume.Name == "identity").Secret.SecretName, silo.Spec.SecretName);
        Assert.Equal(Assert.Single(pod.Containers).Env.Where(variable => variable.Name == "Silo__Cluster").Select(variable => variable.Value), silo.Spec.Subject.Organizations);
        Assert.Equal([CertificateSubject.NameOf(ClusterRole.Silo)], silo.Spec.Subject.OrganizationalUnits);
    }

    [Fact]
    public void The_other_certificate_is_an_operators_of_the_same_cluster()
    {
        var silo = Assert.Single(Identities, certificate => certificate.Spec.Usages.Contains(AsServer));
        var other = Assert.Single(Identities, certificate => certificate != silo);

        Assert.Equal([CertificateSubject.NameOf(ClusterRole.Operator)], other.Spec.Subject.OrganizationalUnits);
        Assert.Equal(silo.Spec.Subject.Organizations, other.Spec.Subject.Organizations);
        Assert.Contains("client auth", other.Spec.Usages);
    }

    [Fact]
    public void Every_certificate_has_an_issuer_that_is_there_and_a_key_of_its_own_each_time()
    {
        var issuers = _all.OfType<Issuer>().ToArray();
        Assert.All(_all.OfType<Certificate>(), certificate => Assert.Contains(certificate.Spec.IssuerRef.Name, issuers.Select(issuer => issuer.Metadata.Name)));
        Assert.All(Identities, certificate => Assert.Equal("Always", certificate.Spec.PrivateKey.RotationPolicy));

        var authority = Assert.Single(_all.OfType<Certificate>(), certificate => certificate.Spec.IsCA);
        Assert.Equal([authority.Spec.SecretName], issuers.Select(issuer => issuer.Spec.Ca?.SecretName).OfType<string>());
    }

    private static List<object> Load(string folder, string file) => Parse(File.ReadAllText(Path.Combine(YamlFile.Folder, folder, file)));

    private static List<object> Parse(string text) => KubernetesYaml.LoadAllFromString(text, CertManagerApi.Kinds, strict: true);
}
