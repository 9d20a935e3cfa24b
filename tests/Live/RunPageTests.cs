using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Mnist.Distributed.Tests.Processes;
using Mnist.Distributed.Tests.Training.Data;
using Xunit;

namespace Mnist.Distributed.Tests.Live;

/// <summary>The page of <c>mnist train --serve</c>, as a browser asks for it.</summary>
public sealed class RunPageTests(SmallMnist data) : IAsyncDisposable
{
    private const string Announcement = "page: ";

    private readonly UserHome _home = new();

    [Fact]
    public async Task A_drawing_is_answered_with_newer_and_newer_weights_while_the_run_goes_on()
    {
        using var train = _home.Start("train", "--data", data.Path, "--epochs", "100000", "--out", _home["runs/served"], "--serve", "--json");
        Task? rest = null;
        try
        {
            var page = await AddressOf(train);
            var started = JsonSerializer.Deserialize<JsonElement>((await train.StandardOutput.ReadLineAsync(_home.Guard))!);
            rest = ReadOn(train);
            using var client = new HttpClient { BaseAddress = page };
            var question = new Uri($"/api/runs/{started.GetProperty("run_id").GetString()}/predict{page.Query}", UriKind.Relative);

            var first = await StepOfAnswer(client, question, least: 0);
            var second = await StepOfAnswer(client, question, least: first + 1);

            Assert.True(second > first);
        }
        finally
        {
            Signals.InterruptIfRunning(train.Id);
            await (rest ?? ReadOn(train));
            await train.WaitForExitAsync(_home.Guard);
        }

        Assert.Equal(130, train.ExitCode);
    }

    public ValueTask DisposeAsync() => _home.DisposeAsync();

    /// <summary>The address of the page, with its token.</summary>
    private async Task<Uri> AddressOf(Process train)
    {
        while (await train.StandardError.ReadLineAsync(_home.Guard) is { } line)
        {
            if (line.StartsWith(Announcement, StringComparison.Ordinal))
            {
                return new Uri(line[Announcement.Length..]);
            }
        }

        throw new InvalidOperationException("The page is not served.");
    }

    /// <summary>
    /// Reads the rest of the output, so that the command never waits for a reader.
    /// </summary>
    private Task ReadOn(Process train) => Task.WhenAll(train.StandardOutput.ReadToEndAsync(_home.Guard), train.StandardError.ReadToEndAsync(_home.Guard));

    /// <summary>Asks about a digit until weights of a step or of a later one answer.</summary>
    /// <returns>The step of the weights.</returns>
    private async Task<long> StepOfAnswer(HttpClient client, Uri question, long least)
    {
        var digit = Pictures.Png(28, 28, 1, data.Load().Test.Image(0).ToArray());
        return (await Poll.Until(() => Ask(client, question, digit), step => step >= least, _home.Guard))!.Value;
    }

    /// <returns>The step of the weights; null before the first step of the run.</returns>
    private async Task<long?> Ask(HttpClient client, Uri question, byte[] digit)
    {
        using var drawing = new ByteArrayContent(digit) { Headers = { ContentType = new MediaTypeHeaderValue("image/png") } };
        using var answer = await client.PostAsync(question, drawing, _home.Guard);
        var text = await answer.Content.ReadAsStringAsync(_home.Guard);
        Assert.True(answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.BadRequest, $"{answer.StatusCode}: {text}");
        if (!answer.IsSuccessStatusCode)
        {
            return null;
        }

        var said = JsonSerializer.Deserialize<JsonElement>(text);
        Assert.Equal(10, said.GetProperty("answer").GetProperty("probabilities").EnumerateObject().Count());
        return said.GetProperty("step").GetInt64();
    }
}
