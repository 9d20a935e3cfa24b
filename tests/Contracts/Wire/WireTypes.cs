using System.Reflection;

using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Grains.Runs;
using Mnist.Distributed.Hosting.Border;
using Orleans.Services;

namespace Mnist.Distributed.Tests.Contracts.Wire;

/// <summary>The types on which silos and clients of different builds must agree.</summary>
internal static class WireTypes
{
    private static readonly Type[] All =
    [
        .. new[] { typeof(TrainingPlan), typeof(RunRecord), typeof(WorkFailedException) }
            .SelectMany(type => type.Assembly.GetTypes())
            .OrderBy(type => type.FullName, StringComparer.Ordinal),
    ];

    /// <summary>The types that Orleans serializes.</summary>
    public static IReadOnlyList<Type> Messages { get; } = [.. All.Where(type => type.IsDefined(typeof(GenerateSerializerAttribute), inherit: false))];

    /// <summary>The interfaces that Orleans calls.</summary>
    public static IReadOnlyList<Type> Interfaces { get; } = [.. All.Where(IsCalledByOrleans)];

    /// <summary>The members of a message, its base type's excluded, with their numbers.</summary>
    public static IEnumerable<(uint Id, MemberInfo Member, Type Type)> MembersOf(Type message) =>
        from member in message.GetMembers(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
        let id = member.GetCustomAttribute<IdAttribute>()
        where id is not null
        orderby id.Id
        select (id.Id, member, member is PropertyInfo property ? property.PropertyType : ((FieldInfo)member).FieldType);

    private static bool IsCalledByOrleans(Type type) =>
        type.IsInterface && (type.IsAssignableTo(typeof(IGrain)) || type.IsAssignableTo(typeof(IGrainService)));
}
