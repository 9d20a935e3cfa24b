using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Mnist.Distributed.Dashboard.Server;

/// <summary>The files of the page, from this assembly. They hold nothing secret.</summary>
internal static class PageFiles
{
    private const string Start = "index.html";

    private static readonly Assembly Own = typeof(PageFiles).Assembly;

    /// <summary>Maps the page and its files.</summary>
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/", () => Read(Start));
        app.MapGet("/{file}", Read);
    }

    private static IResult Read(string file) => Own.GetManifestResourceStream(file) is { } content
        ? TypedResults.Stream(content, Path.GetExtension(file) switch
        {
            ".html" => "text/html; charset=utf-8",
            ".js" => "text/javascript; charset=utf-8",
            ".css" => "text/css; charset=utf-8",
            _ => "image/svg+xml",
        })
        : TypedResults.NotFound();
}
