using k8s;
using k8s.Models;
using Mnist.Distributed.Silo;
using Xunit;

namespace Mnist.Distributed.Tests.Deploy;

/// <summary>
/// The manifests in <c>deploy/kubernetes</c>. The oracle is the API of Kubernetes, as its client
/// defines it: a field that it does not know is an error.
/// </summary>
public sealed class KubernetesTests
{
    private static string Folder => Path.Combine(YamlFile.Folder, "kubernetes");

    public static TheoryData<string> Files => [.. Directory.EnumerateFiles(Folder, "*.yaml").Select(file => Path.GetFileName(file)).Where(name => name != "kustomization.yaml")];

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Every_field_is_one_of_the_API(string file) => Assert.NotEmpty(await Load(file));

    [Fact]
    public void Field_that_the_API_does_not_know_is_an_error() => Assert.ThrowsAny<Exception>(
        () => KubernetesYaml.LoadAllFromString("apiVersion: v1\nkind: Service\nmetadata:\n  name: a\nspec:\n  colour: red\n", strict: true));

    [Theory]
    [InlineData("silos.yaml")]
    [InlineData("store.yaml")]
    public async Task Containers_have_no_rights_that_they_do_not_need(string file)
    {
        var set = Assert.Single((await Load(file)).OfType<V1StatefulSet>());
        Assert.True(set.Spec.Template.Spec.SecurityContext.RunAsNonRoot);
        Assert.False(set.Spec.Template.Spec.AutomountServiceAccountToken);
        Assert.All(set.Spec.Template.Spec.Containers, container =>
        {
            Assert.True(container.SecurityContext.ReadOnlyRootFilesystem);
            Assert.False(container.SecurityContext.AllowPrivilegeEscalation);
            Assert.Equal(["ALL"], container.SecurityContext.Capabilities.Drop);
            Assert.NotNull(container.Resources.Limits["memory"]);
        });
    }

    [Fact]
    public async Task Options_of_the_silo_are_options_of_the_silo()
    {
        var silo = Assert.Single(Assert.Single((await Load("silos.yaml")).OfType<V1StatefulSet>()).Spec.Template.Spec.Containers);
        Assert.All(silo.Env, variable => Assert.Contains(SiloOptionTable.All, option => $"Silo__{option.Name}" == variable.Name));
        Assert.NotNull(silo.ReadinessProbe);
        Assert.NotNull(silo.LivenessProbe);
    }

    /// <summary>Command lines and environments of processes are for other eyes too.</summary>
    [Fact]
    public async Task The_stores_password_is_in_a_file_and_in_no_command_line_or_variable()
    {
        var pod = Assert.Single((await Load("store.yaml")).OfType<V1StatefulSet>()).Spec.Template.Spec;
        var redis = Assert.Single(pod.Containers);

        Assert.Empty(redis.Env ?? []);
        Assert.DoesNotContain("--requirepass", string.Join(' ', redis.Command), StringComparison.Ordinal);
        Assert.Contains("requirepass \"$(cat /secret/password)\"", redis.Command.Last(), StringComparison.Ordinal);
        Assert.Equal("/secret", redis.VolumeMounts.Single(mount => mount.Name == "secret").MountPath);
        Assert.Equal("password", Assert.Single(Assert.Single(pod.Volumes).Secret.Items).Path);
    }

    [Fact]
    public async Task Selectors_select_the_pods_that_they_mean()
    {
        object[] all = [.. await Load("silos.yaml"), .. await Load("store.yaml"), .. await Load("network-policy.yaml")];
        var pods = all.OfType<V1StatefulSet>().Select(set => set.Spec.Template.Metadata.Labels).ToArray();
        Assert.All(
            [
                .. all.OfType<V1StatefulSet>().Select(set => set.Spec.Selector.MatchLabels),
                .. all.OfType<V1Service>().Select(service => service.Spec.Selector),
                .. all.OfType<V1PodDisruptionBudget>().Select(budget => budget.Spec.Selector.MatchLabels),
                .. all.OfType<V1NetworkPolicy>().Select(policy => policy.Spec.PodSelector.MatchLabels),
            ],
            selector => Assert.Single(pods, labels => selector.All(labels.Contains)));
        Assert.All(all.OfType<V1NetworkPolicy>(), policy => Assert.All(policy.Spec.Ingress, ingress => Assert.NotEmpty(ingress.FromProperty)));
    }

    private static async Task<List<object>> Load(string file) =>
        KubernetesYaml.LoadAllFromString(await File.ReadAllTextAsync(Path.Combine(Folder, file), TestContext.Current.CancellationToken), strict: true);
}
