using System.Reflection;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Hosting.Access;
using Orleans.Serialization.Invocation;
using Xunit;

namespace Mnist.Distributed.Tests.Hosting.Access;

/// <summary>The table says for every method of every grain who may call it.</summary>
public sealed class AccessTableTests
{
    [Fact]
    public void Every_method_of_a_grain_is_in_the_table_once()
    {
        Call[] methods =
        [
            .. typeof(ITrainingRunGrain).Assembly.GetTypes()
                .Where(type => type.IsInterface && type.IsAssignableTo(typeof(IAddressable)))
                .SelectMany(grain => grain.GetMethods().Select(method => Call.Of(method)!)),
        ];
        Call[] table = [.. AccessTable.Clients.Keys.Where(call => call.Interface.StartsWith("mnist.", StringComparison.Ordinal)), .. AccessTable.Inside];

        Assert.Equal(methods.Select(call => $"{call}").Order(StringComparer.Ordinal), table.Select(call => $"{call}").Order(StringComparer.Ordinal));
    }

    /// <summary>Orleans names its methods by hashes, which another version may change.</summary>
    [Fact]
    public void Methods_of_Orleans_are_those_that_are_meant()
    {
        var named = AccessTable.Clients.Keys.Where(call => call.Interface.StartsWith("Orleans.", StringComparison.Ordinal))
            .Select(call => $"{call.Interface.Split(',')[0].Split('.')[^1]}.{NamesByHash[call.Method]}");

        Assert.Equal(
            ["IClusterManifestSystemTarget.GetClusterManifest", "IClusterManifestSystemTarget.GetClusterManifestUpdate", "IManagementGrain.GetDetailedHosts", "IManagementGrain.GetSimpleGrainStatistics"],
            named.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("""("inv",[GrainRef],[mnist.ITrainingRunGrain],"Stop")""", "mnist.ITrainingRunGrain.Stop")]
    [InlineData("""("inv",[GrainRef],[Orleans.Runtime.IManagementGrain,Orleans.Core],"CC6CCBC3")""", "Orleans.Runtime.IManagementGrain,Orleans.Core.CC6CCBC3")]
    [InlineData("""("inv",[GrainRef],[mnist.ITrainingRunGrain],"Stop") """, null)]
    [InlineData("""("inv",[GrainRef],[mnist.ITrainingRunGrain],"Stop")x""", null)]
    [InlineData("System.String", null)]
    [InlineData("", null)]
    public void Name_of_a_request_is_read(string name, string? call) => Assert.Equal(call, Call.Parse(name)?.ToString());

    private static Dictionary<string, string> NamesByHash { get; } = typeof(IManagementGrain).Assembly.GetTypes()
        .Where(type => type.IsAssignableTo(typeof(IInvokable)) && !type.IsAbstract && !type.ContainsGenericParameters)
        .SelectMany(type => type.GetCustomAttributes<CompoundTypeAliasAttribute>()
            .Select(alias => (Hash: (string)alias.Components[^1], Name: ((IInvokable)Activator.CreateInstance(type, nonPublic: true)!).GetMethodName())))
        .DistinctBy(named => named.Hash)
        .ToDictionary(named => named.Hash, named => named.Name);
}
