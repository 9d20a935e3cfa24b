namespace Mnist.Distributed.Coordinator.Commands.Chaos.Faults;

/// <summary>A schedule: the faults of one chaos run.</summary>
/// <param name="Faults">The faults, in the order of their steps.</param>
internal sealed record FaultPlan(IReadOnlyList<Fault> Faults)
{
    /// <summary>Reads faults that are separated by semicolons.</summary>
    /// <exception cref="Contracts.InvalidInputException">A part of the text is not a
    /// fault.</exception>
    public static FaultPlan Parse(string text) =>
        new([.. text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Fault.Parse).OrderBy(fault => fault.Step)]);

    /// <summary>
    /// Draws a schedule from a seed: one to four faults of any kind, some at the same step, in the
    /// first three quarters of the run. Unless the power is cut, at least one of the first silos
    /// stays alive, because an added silo may come too late for a failover.
    /// </summary>
    /// <param name="seed">Equal seeds give equal schedules.</param>
    /// <param name="steps">Number of steps of the run.</param>
    /// <param name="silos">Number of silos at the start.</param>
    public static FaultPlan Random(int seed, long steps, int silos)
    {
        var random = new Random(seed);
        var faults = new List<Fault>();
        var alive = silos;
        var step = steps / 10;
        for (var count = random.Next(1, 5); count > 0; count--)
        {
            // One fault in three has the same step as the fault before it.
            step += random.Next(3) == 0 ? 0 : random.NextInt64(steps / 10, steps / 5);
            var fault = Draw(random, alive, step);
            faults.Add(fault);
            alive = fault.Kind.EndsCluster ? silos : fault.Kind.EndsSilo ? alive - 1 : alive;
        }

        return new FaultPlan(faults);
    }

    /// <inheritdoc />
    public override string ToString() => string.Join("; ", Faults);

    private static Fault Draw(Random random, int alive, long step)
    {
        string[] targets = ["run", "server", "other", "silo 1", "silo 2"];
        var target = targets[random.Next(targets.Length)];
        var kind = FaultKinds.Draw(random, alive);
        return new Fault(kind, kind.HasTarget ? target : "", kind.Lasts ? random.Next(1, 5) / 2.0 : 0, step);
    }
}
