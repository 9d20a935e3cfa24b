using System.Data.Common;
using System.Net.Sockets;
using System.Reflection;
using System.Security;
using Mnist.Distributed.Contracts;
using StackExchange.Redis;

namespace Mnist.Distributed.Hosting.Border;

/// <summary>
/// The table of whose fault an exception is. The programs catch every exception in one place and
/// ask this table; whatever it does not name is taken for a bug.
/// </summary>
public static class FailureTable
{
    /// <summary>What the user is told of an exception.</summary>
    public static Failure Of(Exception exception) => Unwrapped(exception) switch
    {
        InvalidInputException wrong => new(Fault.Input, Printable.Of(wrong.Message, Printable.Sentence)),
        WorkFailedException failed => new(Fault.Work, Printable.Of(failed.Message, Printable.Sentence)),
        OperationCanceledException => new(Fault.Interrupt, "interrupted."),
        SiloUnavailableException or TimeoutException or OrleansException =>
            new(Fault.Cluster, $"the cluster does not answer ({Reason(exception)}): 'mnist cluster status' tells which silos are there."),
        UnauthorizedAccessException or SecurityException or IOException =>
            new(Fault.Environment, $"the system refuses a file ({Reason(exception)}): see that it is there, that this user may use it, and that the disk has space."),
        SocketException => new(Fault.Environment, $"the network refuses ({Reason(exception)}): see that the address is one of this machine's and that the port is free."),
        DbException or RedisException => new(Fault.Environment, $"the store cannot be used ({Reason(exception)}): see that it is there and has space."),
        DllNotFoundException or BadImageFormatException or EntryPointNotFoundException =>
            new(Fault.Environment, $"a library cannot be loaded ({Reason(exception)}): install this program again."),
        OutOfMemoryException => new(Fault.Environment, "there is not enough memory: end other programs, or use fewer workers or a smaller model."),
        _ => new(Fault.Program, $"this should not have happened ({Unwrapped(exception).GetType().Name}: {Reason(exception)})"),
    };

    /// <summary>What was thrown, without the exceptions that only pass it on.</summary>
    private static Exception Unwrapped(Exception exception) => exception switch
    {
        AggregateException { InnerExceptions: [var only] } => Unwrapped(only),
        TargetInvocationException { InnerException: { } inner } => Unwrapped(inner),
        TypeInitializationException { InnerException: { } inner } => Unwrapped(inner),
        _ => exception,
    };

    private static string Reason(Exception exception) => Printable.Of(Unwrapped(exception).Message.Split('\n')[0]).Trim().TrimEnd('.');
}
