using System.Text.Json.Serialization;

namespace Mnist.Distributed.Benchmarks.Contenders;

/// <summary>A line that a contender prints.</summary>
/// <param name="Event">Kind of the line.</param>
/// <param name="ImagesPerSecond">Training images per second.</param>
/// <param name="LimitImagesPerSecond">
/// Images per second at the rate of a large matrix product; only <see cref="Arithmetic"/> prints
/// it.
/// </param>
internal sealed record Epoch(
    [property: JsonPropertyName("event")] string Event,
    [property: JsonPropertyName("images_per_second")] double ImagesPerSecond,
    [property: JsonPropertyName("limit_images_per_second")] double LimitImagesPerSecond);
