using System.Globalization;
using Mnist.Distributed.Coordinator.Scaling;
using Xunit;

namespace Mnist.Distributed.Tests.Simulation.Links;

/// <summary>
/// How the time of a step grows with the cluster, compared with the cost model. The step protocol
/// itself runs here; only links and gradients are simulated.
/// </summary>
public sealed class GrowthTests(ITestOutputHelper output)
{
    private const long MlpBytes = 318_080;
    private const long CnnBytes = 1_725_000;
    private static readonly TimeSpan Gradient = TimeSpan.FromMicroseconds(150);
    private static readonly MessageCost Message = MessageCost.Measured;

    public static TheoryData<double> Gigabits => [1, 10, 100];

    [Theory]
    [MemberData(nameof(Gigabits))]
    public void The_step_grows_slower_than_the_logarithm_of_the_silos(double gigabits)
    {
        var small = Simulate(new ClusterShape(8, 1, 8, 4), gigabits, MlpBytes);
        var large = Simulate(new ClusterShape(256, 1, 8, 4), gigabits, MlpBytes);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{gigabits} Gbit/s: 8 silos {small * 1e6:F0} us, 256 silos {large * 1e6:F0} us, {large / small:F2} times"));
        Assert.InRange(large / small, 0, Math.Log2(256) / Math.Log2(8));
    }

    [Theory]
    [MemberData(nameof(Gigabits))]
    public void The_model_predicts_what_the_protocol_takes(double gigabits)
    {
        var worst = 0.0;
        foreach (var bytes in (long[])[MlpBytes, CnnBytes])
        {
            foreach (var silos in (int[])[2, 4, 8, 16, 32, 64, 128, 256])
            {
                foreach (var slices in (int[])[1, 2, 8, 16])
                {
                    if (slices > silos || (slices == 1 && silos > 64))
                    {
                        continue;
                    }

                    var shape = new ClusterShape(silos, 1, slices, 4);
                    var simulated = Simulate(shape, gigabits, bytes);
                    var model = new StepCostModel(Speed(gigabits), Message, new ComputeCost(Gradient.TotalSeconds, 0, 0, 0), bytes).Of(shape, silos).Seconds;
                    worst = Math.Max(worst, Math.Abs(Math.Log(model / simulated)));
                    output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{gigabits,4} Gbit/s {bytes,9} bytes {silos,4} silos {slices,3} slices: simulated {simulated * 1e6,8:F0} us, model {model * 1e6,8:F0} us, {model / simulated:F2}"));
                }
            }
        }

        Assert.InRange(Math.Exp(worst), 1, 1.3);
    }

    private static double Simulate(ClusterShape shape, double gigabits, long bytes)
    {
        var cluster = new LinkedCluster(shape, Speed(gigabits), Message, Gradient, bytes);
        var seconds = cluster.Run();
        Assert.Single(cluster.Hashes.Distinct());
        return seconds;
    }

    private static LinkSpeed Speed(double gigabits) => new(gigabits * 1e9 / 8, 50e-6);
}
