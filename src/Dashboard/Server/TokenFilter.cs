using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Mnist.Distributed.Dashboard.Server;

/// <summary>
/// Lets requests in that bring the token of the page's address. A cookie would not do: the browser
/// sends cookies to every server of a machine, on whatever port.
/// </summary>
/// <param name="token">The token.</param>
internal sealed class TokenFilter(string token) : IEndpointFilter
{
    private readonly byte[] _token = Encoding.UTF8.GetBytes(token);

    /// <inheritdoc />
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var given = Encoding.UTF8.GetBytes($"{context.HttpContext.Request.Query["t"]}");
        return CryptographicOperations.FixedTimeEquals(given, _token) ? await next(context) : TypedResults.StatusCode(StatusCodes.Status403Forbidden);
    }
}
