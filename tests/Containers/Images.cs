using DotNet.Testcontainers.Builders;
using Mnist.Distributed.Tests.Containers;
using Xunit;

[assembly: AssemblyFixture(typeof(Images))]

namespace Mnist.Distributed.Tests.Containers;

/// <summary>
/// The images that containers are made of: public ones, or those that environment variables name.
/// </summary>
public sealed class Images
{
    private readonly Lazy<Task<string>> _silo = new(BuildSilo);

    public static string Redis => Named("MNIST_TEST_REDIS_IMAGE", "redis:8");

    public static string PostgreSql => Named("MNIST_TEST_POSTGRES_IMAGE", "postgres:18");

    /// <summary>
    /// The image of <c>deploy/silo.Dockerfile</c>; without a name it is made of the programs beside
    /// these tests.
    /// </summary>
    public Task<string> Silo() => _silo.Value;

    private static string Named(string variable, string otherwise) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } name ? name : otherwise;

    private static async Task<string> BuildSilo()
    {
        if (Named("MNIST_TEST_SILO_IMAGE", "") is { Length: > 0 } name)
        {
            return name;
        }

        Assert.SkipUnless(OperatingSystem.IsLinux(), "The programs beside these tests run on Linux only if they were built there.");
        var builder = new ImageFromDockerfileBuilder().WithContextDirectory(AppContext.BaseDirectory).WithDockerfile("silo.Dockerfile");
        if (Named("MNIST_TEST_BASE_IMAGE", "") is { Length: > 0 } baseImage)
        {
            builder = builder.WithBuildArgument("BASE_IMAGE", baseImage);
        }

        var image = builder.Build();
        await image.CreateAsync();
        return image.FullName;
    }
}
