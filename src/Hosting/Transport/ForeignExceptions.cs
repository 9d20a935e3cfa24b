using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;

namespace Mnist.Distributed.Hosting.Transport;

/// <summary>
/// Lets what a grain throws arrive at its caller, whoever has made the exception's type.
/// </summary>
internal static class ForeignExceptions
{
    /// <summary>
    /// Orleans sends exceptions of .NET and those with a serializer of their own. An answer with
    /// another one, a database driver's or one of the training's, would be lost, and its reason
    /// with it.
    /// </summary>
    public static void Carry(IServiceCollection services) =>
        services.Configure<ExceptionSerializationOptions>(options => options.SupportedExceptionTypeFilter = static _ => true);
}
