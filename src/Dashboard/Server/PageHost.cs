using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Dashboard.Models;

namespace Mnist.Distributed.Dashboard.Server;

/// <summary>The web server of the page.</summary>
internal static class PageHost
{
    /// <summary>The largest picture that the page may send, in bytes.</summary>
    private const long MostBytes = 16 * 1024 * 1024;

    /// <summary>Starts the server.</summary>
    /// <param name="endpoint">The address to listen on; port 0 for a free one.</param>
    /// <param name="token">What requests must bring.</param>
    /// <param name="content">What the page shows.</param>
    /// <returns>The server, and the address on which it listens.</returns>
    /// <exception cref="InvalidInputException">The address cannot be used.</exception>
    public static async Task<(IAsyncDisposable Host, IPEndPoint Bound)> Start(IPEndPoint endpoint, string token, PageContent content)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MostBytes;
            kestrel.Listen(endpoint);
        });
        builder.Services.AddRoutingCore();
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(1));
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.AddSingleton(content);
        builder.Services.AddSingleton(new ModelViews(content.Sources));
        var app = builder.Build();
        app.Use(Answer);
        app.UseRouting();
        app.UseEndpoints(_ => { });
        PageFiles.Map(app);
        var api = app.MapGroup("/api").AddEndpointFilter(new TokenFilter(token));
        EventStream.Map(api, app.Lifetime.ApplicationStopping);
        ModelRequests.Map(api);
        SiloRequests.Map(api);
        try
        {
            await app.StartAsync();
        }
        catch (Exception failure) when (failure is IOException or SocketException)
        {
            await app.DisposeAsync();
            var reason = (failure.InnerException ?? failure).Message.TrimEnd('.');
            throw new InvalidInputException(
                $"The page cannot be served at {endpoint} ({reason}): choose another --port, or leave the option out.", failure);
        }

        var bound = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return (app, new IPEndPoint(endpoint.Address, new Uri(bound.Replace("[::]", "localhost", StringComparison.Ordinal)).Port));
    }

    /// <summary>
    /// Sets the headers of every answer, and turns wrong input into an answer that says so.
    /// </summary>
    private static async Task Answer(HttpContext context, RequestDelegate next)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
        headers["Referrer-Policy"] = "no-referrer";
        headers.XContentTypeOptions = "nosniff";
        headers.CacheControl = "no-store";
        try
        {
            await next(context);
        }
        catch (InvalidInputException wrong) when (!context.Response.HasStarted)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync(PageJson.Of(new { Error = wrong.Message }));
        }
    }

    /// <summary>The program handles signals itself.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
