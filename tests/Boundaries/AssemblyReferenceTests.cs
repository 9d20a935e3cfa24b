using System.Reflection;

using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Grains.ParameterServers;
using Mnist.Distributed.Training;

using Xunit;

namespace Mnist.Distributed.Tests.Boundaries;

/// <summary>Each part of the project refers only to the assemblies that it may use.</summary>
public sealed class AssemblyReferenceTests
{
    [Fact]
    public void Contracts_know_what_messages_are_made_of_and_nothing_else() => Assert.Equal(
        ["Orleans.Core.Abstractions", "Orleans.Serialization", "Orleans.Serialization.Abstractions"],
        ReferencesOf(typeof(TrainingPlan).Assembly));

    [Fact]
    public void Training_knows_the_contracts_libtorch_and_formats_of_files_and_no_cluster() => Assert.Equal(
        ["BitMiracle.LibJpeg.NET", "Google.Protobuf", "Mnist.Distributed.Contracts", "StbImageSharp", "TorchSharp"],
        ReferencesOf(typeof(PlainTrainer).Assembly));

    [Fact]
    public void Grains_know_no_store_no_exporter_and_no_host_program() => Assert.Equal(
        ["Mnist.Distributed.Contracts", "Mnist.Distributed.Training"],
        ReferencesOf(typeof(ParameterServerGrain).Assembly).Where(name => !name.StartsWith("Orleans.", StringComparison.Ordinal) && !name.StartsWith("Microsoft.Extensions.", StringComparison.Ordinal)));

    private static IEnumerable<string> ReferencesOf(Assembly assembly) => assembly.GetReferencedAssemblies()
        .Select(reference => reference.Name!)
        .Where(name => !name.StartsWith("System.", StringComparison.Ordinal))
        .Order(StringComparer.Ordinal);
}
