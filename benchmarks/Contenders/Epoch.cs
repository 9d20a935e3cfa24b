using System.Text.Json.Serialization;

namespace Mnist.Distributed.Benchmarks.Contenders;

/// <summary>A line that a contender prints.</summary>
/// <param name="Event">What the line is about.</param>
/// <param name="ImagesPerSecond">Training images a second.</param>
/// <param name="LimitImagesPerSecond">Images a second at the rate of a large matrix product; printed by the arithmetic alone.</param>
internal sealed record Epoch(
    [property: JsonPropertyName("event")] string Event,
    [property: JsonPropertyName("images_per_second")] double ImagesPerSecond,
    [property: JsonPropertyName("limit_images_per_second")] double LimitImagesPerSecond);
