using System.Data.Common;
using System.Net.Sockets;
using System.Reflection;
using System.Security;
using Mnist.Distributed.Contracts;
using StackExchange.Redis;

namespace Mnist.Distributed.Hosting.Border;

/// <summary>
/// The table from exceptions to failures. Each program catches every exception in one place and
/// looks it up here. An exception that the table does not contain counts as a bug.
/// </summary>
public static class FailureTable
{
    /// <summary>The failure that an exception stands for.</summary>
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

    /// <summary>The original exception, without the exceptions that only wrap it.</summary>
    private static Exception Unwrapped(Exception exception) => exception switch
    {
        AggregateException { InnerExceptions: [var only] } => Unwrapped(only),
        TargetInvocationException { InnerException: { } inner } => Unwrapped(inner),
        TypeInitializationException { InnerException: { } inner } => Unwrapped(inner),
        _ => exception,
    };

    private static string Reason(Exception exception) => Printable.Of(Unwrapped(exception).Message.Split('\n')[0]).Trim().TrimEnd('.');
}
