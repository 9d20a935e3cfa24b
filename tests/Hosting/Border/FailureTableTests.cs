using System.Net.Sockets;
using System.Reflection;
using Microsoft.Data.Sqlite;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Hosting.Border;
using StackExchange.Redis;
using Xunit;

namespace Mnist.Distributed.Tests.Hosting.Border;

/// <summary>
/// The table in docs/architecture.md that says who is responsible for an exception.
/// </summary>
public sealed class FailureTableTests
{
    public static TheoryData<Exception, Fault, int> Rows => new()
    {
        { new InvalidInputException("--lr is wrong."), Fault.Input, 2 },
        { new IOException("No space left on device"), Fault.Environment, 2 },
        { new UnauthorizedAccessException("no"), Fault.Environment, 2 },
        { new SocketException(13), Fault.Environment, 2 },
        { new SqliteException("disk I/O error", 10), Fault.Environment, 2 },
        { new RedisConnectionException(ConnectionFailureType.SocketFailure, "gone"), Fault.Environment, 2 },
        { new DllNotFoundException("libtorch"), Fault.Environment, 2 },
        { new OutOfMemoryException(), Fault.Environment, 2 },
        { new SiloUnavailableException("gone"), Fault.Cluster, 1 },
        { new TimeoutException("late"), Fault.Cluster, 1 },
        { new OperationCanceledException(), Fault.Interrupt, 130 },
        { new WorkFailedException("it failed.", new IOException()), Fault.Work, 1 },
        { new NullReferenceException("bug"), Fault.Program, 1 },
    };

    [Theory]
    [MemberData(nameof(Rows))]
    public void Every_exception_has_its_row(Exception exception, Fault fault, int exitCode)
    {
        foreach (var thrown in new[] { exception, new AggregateException(exception), new TargetInvocationException(exception), new TypeInitializationException("T", exception) })
        {
            var failure = FailureTable.Of(thrown);
            Assert.Equal((fault, exitCode), (failure.Fault, failure.ExitCode));
            Assert.DoesNotContain('\n', failure.Sentence);
        }
    }

    [Fact]
    public void Controls_in_a_message_are_not_shown() =>
        Assert.Equal("? [2J gone.", FailureTable.Of(new InvalidInputException("\u001b [2J\tgone.")).Sentence);

    [Fact]
    public async Task What_is_refused_after_the_work_has_begun_is_no_refusal_of_input()
    {
        var failed = await Assert.ThrowsAsync<WorkFailedException>(() => WorkFailedException.Begin<int>(() => throw new InvalidInputException("The disk is full.")));
        Assert.Equal(new Failure(Fault.Work, "The disk is full."), FailureTable.Of(failed));
        await Assert.ThrowsAsync<TimeoutException>(() => WorkFailedException.Begin<int>(() => throw new TimeoutException()));
    }

    [Fact]
    public void A_stream_that_refuses_is_remembered_and_costs_nothing()
    {
        using var closed = new ConsoleStream(() => throw new IOException("closed"));
        closed.Write("text"u8);
        closed.Flush();
        Assert.Equal("closed", closed.Failure);

        using var full = new ConsoleStream(() => new FullStream());
        Assert.Null(full.Failure);
        full.Write("text"u8);
        full.Write("text"u8);
        Assert.Equal("full", full.Failure);
    }

    private sealed class FullStream : MemoryStream
    {
        public override void Write(ReadOnlySpan<byte> buffer) => throw new IOException("full");
    }
}
