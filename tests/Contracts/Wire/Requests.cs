using System.Reflection;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Hosting.Access;
using Orleans.Serialization.Invocation;

namespace Mnist.Distributed.Tests.Contracts.Wire;

/// <summary>Requests to the grains of the project, as Orleans writes them.</summary>
internal static class Requests
{
    /// <summary>The generated types of the requests, with the methods that they call.</summary>
    private static readonly IReadOnlyList<(MethodInfo Method, Type Type)> All =
    [
        .. typeof(ITrainingRunGrain).Assembly.GetTypes()
            .Where(type => type.IsAssignableTo(typeof(IInvokable)) && !type.IsAbstract && !type.ContainsGenericParameters)
            .Select(type => (New(type).GetMethod(), type)),
    ];

    /// <summary>The methods that clients may call.</summary>
    public static IReadOnlyList<MethodInfo> OfClients { get; } =
        [.. All.Select(request => request.Method).Where(method => AccessTable.LeastRoleFor(Call.Of(method)!) is not null)];

    /// <summary>Writes a request with random arguments.</summary>
    public static byte[] Write(MethodInfo method, int seed)
    {
        var request = New(All.First(known => known.Method == method).Type);
        var specimen = new Specimen(new Random(seed));
        var parameters = method.GetParameters();
        for (var i = 0; i < parameters.Length; i++)
        {
            request.SetArgument(i, specimen.Of(parameters[i].ParameterType));
        }

        return WireFormat.Write<object>(request);
    }

    private static IInvokable New(Type type) => (IInvokable)Activator.CreateInstance(type, nonPublic: true)!;
}
