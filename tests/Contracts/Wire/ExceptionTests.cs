using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Grains.Runs;
using Mnist.Distributed.Hosting.Transport;
using Mnist.Distributed.Training.Data;
using Mnist.Distributed.Training.Weights;
using Npgsql;
using Orleans.Serialization;
using StackExchange.Redis;
using Xunit;

namespace Mnist.Distributed.Tests.Contracts.Wire;

/// <summary>An exception of a grain reaches the caller, with its message.</summary>
public sealed class ExceptionTests
{
    /// <summary>Serialization as silos and clients configure it.</summary>
    private static readonly ServiceProvider Carrying = Services(ForeignExceptions.Carry);

    /// <summary>Serialization as Orleans configures it.</summary>
    private static readonly ServiceProvider Plain = Services(_ => { });

    private static readonly Type[] Ours =
    [
        .. new[] { typeof(TrainingPlan), typeof(RunRecord) }
            .SelectMany(type => type.Assembly.GetTypes())
            .Where(type => type is { IsPublic: true } && type.IsAssignableTo(typeof(Exception))),
    ];

    public static TheoryData<string> Names => [.. Ours.Select(type => type.FullName!)];

    public static TheoryData<Exception> Foreign =>
    [
        new NpgsqlException("the sentence"),
        new PostgresException("the sentence", "ERROR", "ERROR", "42P01"),
        new SqliteException("the sentence", 11),
        new RedisConnectionException(ConnectionFailureType.UnableToConnect, "the sentence"),
        new RedisServerException("the sentence"),
        new System.Net.Sockets.SocketException(111, "the sentence"),
        new InvalidDataException("the sentence"),
        new SafetensorsException("the sentence"),
        new MirrorException(default, "the sentence"),
        new UnheardException("the sentence"),
        new InvalidInputException("the sentence", new NpgsqlException("the reason")),
        new AggregateException("the sentence", new RedisServerException("the reason")),
    ];

    [Fact]
    public void There_are_exceptions_of_ours() => Assert.Contains(typeof(InvalidInputException), Ours);

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_exception_of_ours_has_a_codec_and_a_copier(string name)
    {
        var exception = (Exception)RuntimeHelpers.GetUninitializedObject(Ours.Single(type => type.FullName == name));

        Assert.IsType(exception.GetType(), RoundTrip(Plain, exception));
        Assert.IsType(exception.GetType(), Plain.GetRequiredService<DeepCopier>().Copy(exception));
    }

    [Theory]
    [MemberData(nameof(Foreign))]
    public void An_exception_of_anybodys_arrives_with_its_sentence(Exception sent)
    {
        foreach (var arrived in new[] { RoundTrip(Carrying, sent), Carrying.GetRequiredService<DeepCopier>().Copy(sent)! })
        {
            Assert.Equal(sent.Message, arrived.Message);
            Assert.Equal(sent.InnerException?.Message, arrived.InnerException?.Message);
        }
    }

    private static Exception RoundTrip(ServiceProvider services, Exception exception)
    {
        var serializer = services.GetRequiredService<Serializer>();
        return serializer.Deserialize<Exception>(serializer.SerializeToArray(exception))!;
    }

    private static ServiceProvider Services(Action<IServiceCollection> configure)
    {
        var services = new ServiceCollection();
        services.AddSerializer(serializer => serializer.AddAssembly(typeof(TrainingPlan).Assembly).AddAssembly(typeof(RunRecord).Assembly));
        configure(services);
        return services.BuildServiceProvider();
    }

    private sealed class UnheardException(string message) : Exception(message);
}
