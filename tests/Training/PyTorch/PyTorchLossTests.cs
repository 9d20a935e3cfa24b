using System.Text.Json;
using Mnist.Distributed.Coordinator.Terminal;
using Mnist.Distributed.Tests.Training.Losses;
using Xunit;

namespace Mnist.Distributed.Tests.Training.PyTorch;

/// <summary>Values and derivatives of every loss agree with PyTorch's.</summary>
public sealed class PyTorchLossTests(ITestOutputHelper output)
{
    /// <summary>Outputs are single precision, and PyTorch computes in double precision.</summary>
    private const double Rounding = 2e-6;

    [Fact]
    public async Task Losses_and_derivatives_are_PyTorchs()
    {
        Assert.SkipWhen(!PythonWithTorch.IsHere, PythonWithTorch.WhyNot);
        LossCase[] cases = [.. LossCases.All.Where(known => !known.IsKink)];
        var lines = await PythonWithTorch.RunAsync(["losses", .. cases.Select(Describe)], TestContext.Current.CancellationToken);

        Assert.Equal(cases.Length, lines.Length);
        var wrong = cases.Zip(lines).Where(pair => !Agrees(pair.First, JsonSerializer.Deserialize<JsonElement>(pair.Second))).Select(pair => pair.First.ToString());
        Assert.Empty(wrong);
    }

    private bool Agrees(LossCase known, JsonElement reference)
    {
        float[] outputs = [.. known.Outputs.SelectMany(row => row)];
        var byOutputs = new float[outputs.Length];
        var totals = known.Judge(known.Objective, outputs, byOutputs);
        double[] expected = [.. reference.GetProperty("by_outputs").EnumerateArray().Select(number => number.GetDouble())];
        var loss = reference.GetProperty("loss").GetDouble();
        var derivative = byOutputs.Zip(expected, (ours, theirs) => Math.Abs(ours - theirs) / Math.Max(1, Math.Abs(theirs))).Max();
        output.WriteLine($"{known}: loss {totals.LossSum} and {loss}, largest difference of a derivative {derivative:E1}");
        return expected.Length == byOutputs.Length && Math.Abs(totals.LossSum - loss) <= Rounding * Math.Max(1, Math.Abs(loss)) && derivative <= Rounding;
    }

    private static string Describe(LossCase known)
    {
        var plan = known.Plan;
        return Json.ToLine(new
        {
            Plan = new { plan.Task, plan.TaskSettings, plan.Loss, plan.LossSettings },
            known.Outputs,
            known.Labels,
            known.Targets,
        });
    }
}
