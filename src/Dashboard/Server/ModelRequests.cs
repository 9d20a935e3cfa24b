using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Mnist.Distributed.Dashboard.Models;

namespace Mnist.Distributed.Dashboard.Server;

/// <summary>Requests about the model of a run.</summary>
internal static class ModelRequests
{
    /// <summary>Maps the requests.</summary>
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/runs/{run}/report", async (string run, ModelViews models) => Json((await models.Report(run)).ToJsonString()));
        api.MapGet("/runs/{run}/worst", async (string run, ModelViews models) =>
            await models.Worst(run) is { } picture ? TypedResults.Bytes(picture, "image/svg+xml") : (IResult)TypedResults.NotFound());
        api.MapGet("/runs/{run}/samples/{index:int:min(0)}", async (string run, int index, ModelViews models) => Json((await models.Sample(run, index)).ToJsonString()));
        api.MapPost("/runs/{run}/predict", async (string run, HttpRequest request, ModelViews models) =>
        {
            using var file = new MemoryStream();
            await request.Body.CopyToAsync(file);
            return Json((await models.Predict(run, file.ToArray())).ToJsonString());
        });
    }

    private static IResult Json(string text) => TypedResults.Text(text, "application/json");
}
