using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;

namespace Mnist.Distributed.Hosting.Transport;

/// <summary>
/// Lets the caller of a grain receive every exception that the grain throws, whatever its type.
/// </summary>
internal static class ForeignExceptions
{
    /// <summary>
    /// Allows all types of exceptions in answers. By default, Orleans sends only exceptions of .NET
    /// and exceptions with a serializer of their own. An answer with another exception, for example
    /// of a database driver, would be lost, and its reason with it.
    /// </summary>
    public static void Carry(IServiceCollection services) =>
        services.Configure<ExceptionSerializationOptions>(options => options.SupportedExceptionTypeFilter = static _ => true);
}
